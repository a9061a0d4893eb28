package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RedisFailuresTest {

    private static SignalStoreException of(Exception failure) {
        return of("redis://here", failure);
    }

    private static SignalStoreException of(String store, Exception failure) {
        return RedisFailures.of(Request.changing("write signal", SampleSignals.key()), store, failure);
    }

    private static SignalStoreException answer(String text) {
        return of(new RedisCommandExecutionException(text));
    }

    private static boolean mayHaveHappened(SignalStoreException failure) {
        return failure instanceof StoreUnavailableException unavailable && unavailable.mayHaveHappened();
    }

    /** As servers of 6.2, 7.0 and 7.2 say it. */
    @Test
    void anErrorInTheMiddleOfAScriptLeavesTheChangeUnknown() {
        String at = " script: 12ab, on @user_script:12.";
        for (String text : List.of(
                "ERR Error running script (call to f_12ab): @user_script:12: @user_script: 12: The user executing the"
                        + " script can't run this command or subcommand",
                "ERR The user executing the script can't run this command or subcommand" + at,
                "ERR The user executing the script can't access at least one of the keys mentioned in the command"
                        + " arguments" + at,
                "ERR ACL failure in script: User trader has no permissions to run the 'rpush' command" + at)) {
            assertThat(mayHaveHappened(answer(text))).as(text).isTrue();
            assertThat(answer(text)).hasMessageContaining("Grant the user what docs/databases.md lists");
        }
        for (String text : List.of("WRONGTYPE Operation against a key" + at, "ERR whatever" + at, "ERR whatever")) {
            assertThat(mayHaveHappened(answer(text))).as(text).isTrue();
        }
    }

    @Test
    void whatAScriptHearsBeforeItsFirstChangeLeavesNoDoubt() {
        String at = " script: 12ab, on @user_script:12.";
        for (String text : List.of(
                "OOM command not allowed when used memory > 'maxmemory'." + at,
                "NOREPLICAS Not enough good replicas to write." + at,
                "MISCONF Errors writing to the AOF file: No space left on device" + at,
                "NOPERM this user has no permissions to run the 'evalsha' command or its subcommand",
                "ERR unknown command `EVAL`, with args beginning with: ")) {
            assertThat(answer(text)).as(text).isInstanceOf(StoreRefusedException.class);
        }
        SignalStoreException replica = answer("READONLY You can't write against a read only replica." + at);
        assertThat(replica).isInstanceOf(StoreUnavailableException.class);
        assertThat(mayHaveHappened(replica)).isFalse();
    }

    @Test
    void onlyWhoTookAClusterForOneServerIsToldToNameTheCluster() {
        RedisCommandExecutionException moved = new RedisCommandExecutionException("MOVED 12 10.0.0.1:6379");

        assertThat(of("redis://cluster-1/0", moved))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("write redis-cluster:// instead");
        assertThat(of("redis-cluster://here", moved))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("The cluster is moving keys.");
        assertThat(of("redis cluster (the client given)", moved)).isInstanceOf(StoreUnavailableException.class);
    }

    /** Such a client sends again by itself; what it then rejects may have been sent before. */
    @Test
    void whatAClientThatConnectsAgainByItselfRejectsIsInDoubt() {
        for (String store : List.of(
                "redis-cluster://here",
                "rediss-cluster://here",
                "redis cluster (the client given)",
                "redis (the client given)")) {
            for (RedisException failure : List.of(
                    new RedisException("Connection is closed"), new RedisConnectionException("Unable to connect"))) {
                assertThat(mayHaveHappened(of(store, failure))).as(store).isTrue();
                assertThat(mayHaveHappened(of("redis://here", failure))).isFalse();
                Request reading = Request.reading("read signal", SampleSignals.key());
                assertThat(mayHaveHappened(RedisFailures.of(reading, store, failure)))
                        .isFalse();
            }
        }
    }

    /** As a real server of version 6.2 answers a script when it cannot write its append-only file. */
    @Test
    void aFullDiskIsARefusal() {
        SignalStoreException failure = of(new RedisCommandExecutionException(
                "ERR Error running script (call to f_16f0): @user_script:178: @user_script: 178:"
                        + " -MISCONF Errors writing to the AOF file: No space left on device"));

        assertThat(failure).isInstanceOf(StoreRefusedException.class);
        assertThat(failure).hasMessageContainingAll("No space left on device", "cannot write to its disk");
    }

    @Test
    void anExpiredCertificateIsNamed() {
        SSLHandshakeException handshake = new SSLHandshakeException("validity check failed");
        handshake.initCause(new CertificateExpiredException("NotAfter: Mon Nov 23 2026"));

        SignalStoreException failure = of(new RedisConnectionException("Unable to connect", handshake));

        assertThat(failure).isInstanceOf(StoreRefusedException.class);
        assertThat(failure).hasMessageContainingAll("NotAfter: Mon Nov 23 2026", "has expired");
    }
}
