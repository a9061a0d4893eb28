package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@link EndedSignal#isOf} goes by, to be looked up. */
record SignalIdentity(SignalKey key, String id, Instant createdAt) {

    static SignalIdentity of(Signal signal) {
        return new SignalIdentity(signal.key(), signal.id(), signal.createdAt());
    }

    static SignalIdentity of(EndedSignal ended) {
        return of(ended.signal());
    }

    static Set<SignalIdentity> of(Collection<EndedSignal> ended) {
        return ended.stream().map(SignalIdentity::of).collect(Collectors.toSet());
    }
}
