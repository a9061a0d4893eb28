package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * The requests of a store, each built beforehand and sent by the driver alone; a call says whether what was asked for was
 * done, and is made once.
 */
record SameRequests(
        Function<Signal, Callable<Boolean>> write,
        Function<SignalKey, Callable<Boolean>> read,
        Function<SignalKey, Callable<Boolean>> delete,
        Function<List<Signal>, Callable<Boolean>> writeAll) {}
