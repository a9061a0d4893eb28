/**
 * The default store: one file per signal in a folder, which several processes may have open; one owner per slot.
 *
 * <pre>
 * data/.lock                            held by a process during each change; its content means nothing
 * data/breakout/BTCUSDT.json            one signal, sealed
 * data/breakout/BTCUSDT.claim           who may change it, until when, and under which epoch, sealed
 * data/breakout/BTCUSDT.trades.jsonl    what ended in that slot, one line each
 * data/breakout/*.tmp                   a write that has not finished; set aside as *.tmp.stale at the next opening
 * data/breakout/*.damaged               bytes that could not be read, kept for a person
 * </pre>
 *
 * <p>The public types may be used by any thread. All file work is done on one daemon thread per store, because an
 * interrupt would close a file in the middle of a write; callers wait for it and stay interrupted. Everything that is not
 * public runs on that thread only.
 */
@NullMarked
package io.backtestkit.store.file;

import org.jspecify.annotations.NullMarked;
