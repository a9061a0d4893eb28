package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RedisFailuresTest {

    private static SignalStoreException of(Exception failure) {
        return RedisFailures.of(Request.changing("write", SampleSignals.key()), "redis://here", failure);
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
