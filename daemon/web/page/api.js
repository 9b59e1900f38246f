// What ppsd-web is asked for, and its stream. Addresses are relative: the page may be behind a proxy.

/// The object it answers; an Error with its words if it can't.
export async function ask(path, query, signal) {
  const response = await fetch(`api/v1/${path}?${new URLSearchParams(query)}`, { signal });
  const object = await response.json().catch(() => ({ error: `HTTP ${response.status}` }));
  if (!response.ok) throw new Error(object.error ?? `HTTP ${response.status}`);
  return object;
}

const silence = 25000; // ms: a status comes every 10 s, so the connection is dead
const retry = 2000; // ms

/// Calls on.point, on.status, on.event with what comes, on.lost once when nothing does any more, and
/// on.back when it does again. Never gives up.
export function follow(on) {
  let stream, watchdog, lost = false;

  function heard() {
    clearTimeout(watchdog);
    watchdog = setTimeout(again, silence);
    if (lost) on.back();
    lost = false;
  }

  function again() {
    stream.close();
    if (!lost) on.lost();
    lost = true;
    clearTimeout(watchdog);
    watchdog = setTimeout(open, retry);
  }

  function open() {
    stream = new EventSource("api/v1/live");
    stream.onopen = heard;
    stream.onerror = again;
    for (const kind of ["point", "status", "event"])
      stream.addEventListener(kind, (message) => {
        heard();
        on[kind](JSON.parse(message.data));
      });
    watchdog = setTimeout(again, silence);
  }

  open();
}
