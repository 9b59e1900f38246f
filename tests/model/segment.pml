/* The writer of shm/src/writer.cpp and its readers, over a memory that reorders.
 *
 * Spin interleaves whole statements in program order; machines don't. So:
 *   stores  wait in buffers, one per location (WEAK: any location's oldest may become visible
 *           next, as on ARM) or one for all (TSO: x86). A fence waits until they are empty.
 *   loads   between two fences happen in any order that the program could be given (see READER).
 *
 * Locations: valid, receive seconds, count, and A and B for "all other fields" (two suffice to
 * see them differ). Update n stores n into A, B and R; so a mixture is a copy in which they
 * differ. R = 0 is a receive time of 1970: stale to every reader.
 *
 * Defines, all optional:
 *   NO_CLEAR NO_INC1 NO_INC2 NO_FENCE1 … NO_FENCE5   take a part of the writer out
 *   KILL        the writer may be killed at any point; a successor takes over
 *   TSO         x86's memory instead of ARM's
 *   CHRONY      chrony's unfenced reader instead of ntpd's
 *   ADDRESS_ORDER   CHRONY: the copy is made in the order of addresses, and loads stay in order
 *   COMPILER_ORDER  CHRONY: the copy is made in any order, but before the second look at count
 *   REACHABLE   claim that no sample is ever taken (to see that the claim is not empty)
 */

#define V 0
#define R 1
#define C 2
#define A 3
#define B 4

#ifndef UPDATES
#define UPDATES 3
#endif

/* Sample 1 lies there, whole and unread. */
byte mem[5] = { 1, 1, 0, 1, 1 };

#ifdef TSO
chan line = [4] of { byte, byte };
#define store(where, what) line ! where, what
#define fence() empty(line)
#else
chan pending[5] = [2] of { byte };
#define store(where, what) pending[where] ! what
#define fence()                                                                                \
    (empty(pending[V]) && empty(pending[R]) && empty(pending[C]) && empty(pending[A]) &&        \
     empty(pending[B]))
#endif

active proctype memory()
{
#ifdef TSO
    byte where, what;
end:
    do
    :: atomic { line ? where, what -> mem[where] = what; where = 0; what = 0 }
    od
#else
end:
    do
    :: pending[V] ? mem[V]
    :: pending[R] ? mem[R]
    :: pending[C] ? mem[C]
    :: pending[A] ? mem[A]
    :: pending[B] ? mem[B]
    od
#endif
}

inline update(n)
{
    store(V, 0);
#ifndef NO_CLEAR
    store(R, 0);
#endif
#ifndef NO_FENCE1
    fence();
#endif
#ifndef NO_INC1
    count++;
    store(C, count);
#endif
#ifndef NO_FENCE2
    fence();
#endif
    store(A, n);
    store(B, n);
#ifndef NO_FENCE3
    fence();
#endif
#ifndef NO_INC2
    count++;
    store(C, count);
#endif
#ifndef NO_FENCE4
    fence();
#endif
    store(R, n);
#ifndef NO_FENCE5
    fence();
#endif
    store(V, 1)
}

inline invalidate()
{
    store(V, 0);
    fence();
    store(C, count)
}

bool kill_now = false;

#ifdef KILL
active proctype killer()
{
    kill_now = true
}
#endif

active proctype writer()
{
    byte n = 1;
    byte count = 0;
again:
    {
        do
        :: n < UPDATES + 1 -> n++; update(n)
        :: n > 1 && n < UPDATES + 1 -> invalidate()
        :: n == UPDATES + 1 -> break
        od
    } unless { kill_now };
    if
    :: kill_now ->
        /* What the dead one stored gets out; the successor starts later, and rounds up. */
        fence();
        atomic { kill_now = false; count = mem[C] + mem[C] % 2 };
        goto again
    :: else
    fi
}

/* Whoever takes a copy must have a whole one. */
inline judge()
{
    if
    :: r == 0 -> skip
    :: else ->
#ifdef REACHABLE
        assert(false);
#endif
        assert(a == b && b == r)
    fi
}

inline forget()
{
    d_step { a = 0; b = 0; r = 0; v = 0; c1 = 0; c2 = 0; got = 0 }
}

/* `got` has a bit for each thing of a group that is done. */
#define todo(bit) !(got & bit)

#ifndef CHRONY
/* ntp 4.2.8 and NTPsec, shm_query(): valid; count; fence; copy; valid = 0; fence; count. */
active proctype reader()
{
    byte a, b, r, v, c1, c2, got;
end:
    do
    :: forget();
        do
        :: todo(1) -> atomic { v = mem[V]; got = got | 1 }
        :: todo(2) -> atomic { c1 = mem[C]; got = got | 2 }
        :: got == 3 -> break
        od;
        if
        :: v == 0 -> skip
        :: else ->
            got = 0;
            do
            :: todo(1) -> atomic { a = mem[A]; got = got | 1 }
            :: todo(2) -> atomic { b = mem[B]; got = got | 2 }
            :: todo(4) -> atomic { r = mem[R]; got = got | 4 }
            :: todo(8) -> atomic { mem[V] = 0; got = got | 8 }
            :: got == 15 -> break
            od;
            c2 = mem[C];
            if
            :: c1 != c2 -> skip
            :: else -> judge()
            fi
        fi
    od
}
#else
/* chrony, shm_poll(): t = *shm; t.count against shm->count; t.valid; then valid = 0. */
active proctype reader()
{
    byte a, b, r, v, c1, c2, got;
end:
    do
    :: forget();
#ifdef ADDRESS_ORDER
        c1 = mem[C];
        a = mem[A];
        r = mem[R];
        v = mem[V];
        b = mem[B]; /* the nanoseconds lie behind valid */
        c2 = mem[C];
#else
        do
        :: todo(1) -> atomic { a = mem[A]; got = got | 1 }
        :: todo(2) -> atomic { b = mem[B]; got = got | 2 }
        :: todo(4) -> atomic { r = mem[R]; got = got | 4 }
        :: todo(8) -> atomic { v = mem[V]; got = got | 8 }
        :: todo(16) -> atomic { c1 = mem[C]; got = got | 16 }
        /* Two loads of one location stay in order on every machine. */
#ifdef COMPILER_ORDER
        :: todo(32) && (got & 31) == 31 -> atomic { c2 = mem[C]; got = got | 32 }
#else
        :: todo(32) && (got & 16) -> atomic { c2 = mem[C]; got = got | 32 }
#endif
        :: got == 63 -> break
        od;
#endif
        if
        :: c1 != c2 || v == 0 -> skip
        :: else -> mem[V] = 0; judge()
        fi
    od
}
#endif
