// daemon/web/grafana-dashboard.json against @grafana/schema, which has Grafana's schema as types of TypeScript.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dashboard = new URL("../../daemon/web/grafana-dashboard.json", import.meta.url);

// An enum's members are words in JSON. Of Prometheus' queries the schema has only what all data sources share.
const head = `import type { AnnotationQuery, Dashboard, DataQuery } from "@grafana/schema";
type Json<T> = T extends string ? \`\${T}\` : T extends (infer U)[] ? Json<U>[]
  : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type OfPrometheus = Omit<Dashboard, "annotations"> & { annotations?: { list?:
  AnnotationQuery<DataQuery & { expr: string; legendFormat?: string }>[] } };
export const dashboard: Json<OfPrometheus> = `;

/// What the compiler says against it, or against `text`: a line each.
export function schemaFaults(text = readFileSync(dashboard, "utf8")) {
  const modules = process.env.PPSD_WEB_MODULES;
  const folder = mkdtempSync(join(modules, "grafana-")); // below the packages, where the compiler looks for them
  try {
    const file = join(folder, "dashboard.ts");
    writeFileSync(file, `${head}${text};\n`);
    execFileSync(process.execPath, [join(modules, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict",
      "--skipLibCheck", "--target", "es2022", "--module", "nodenext", file], { encoding: "utf8" });
    return [];
  } catch (error) {
    return [error.stdout, error.stdout ? "" : String(error)].join("").trim().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
