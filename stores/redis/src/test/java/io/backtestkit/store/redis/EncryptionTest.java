package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.servers.Certificates;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.Ports;
import io.backtestkit.testkit.SampleSignals;
import org.junit.jupiter.api.Test;

/** A server whose certificate names localhost, and is signed by an authority that the system does not know. */
class EncryptionTest {

    /** The first handshake loads a thousand classes. */
    private static final String PATIENT = "&" + RealRedis.PATIENT;

    @Test
    void theCertificateMustBeTrustedAndNameTheHost() {
        int port = Ports.free();
        try (Certificates certificates = Certificates.make();
                RealRedis redis = RealRedis.durable(
                        "--tls-port", String.valueOf(port),
                        "--tls-cert-file", certificates.valid().toString(),
                        "--tls-key-file", certificates.key().toString(),
                        "--tls-ca-cert-file", certificates.authority().toString(),
                        "--tls-auth-clients", "no")) {
            assertThat(redis.port()).isNotEqualTo(port);
            try (SignalStore store =
                    SignalStores.open("rediss://localhost:" + port + "?caFile=" + certificates.authority() + PATIENT)) {
                store.write(
                        SampleSignals.key(),
                        SampleSignals.openLong(SampleSignals.key()).build());
                assertThat(store.read(SampleSignals.key())).isPresent();
            }
            assertUntrusted("rediss://127.0.0.1:" + port + "?caFile=" + certificates.authority() + PATIENT);
            assertUntrusted("rediss://localhost:" + port + "?" + RealRedis.PATIENT);
            try (SignalStore store = SignalStores.open("rediss://127.0.0.1:" + port + "?insecure=true" + PATIENT)) {
                assertThat(store.check())
                        .filteredOn(finding -> finding.level() == StoreFinding.Level.WARNING)
                        .extracting(StoreFinding::subject)
                        .contains("network");
            }
        }
    }

    @Test
    void aPortWithoutTlsIsToldAsThat() {
        try (RealRedis redis = RealRedis.durable()) {
            assertThatExceptionOfType(SignalStoreException.class)
                    .isThrownBy(() -> SignalStores.open(
                            "rediss://127.0.0.1:" + redis.port() + "?connectTimeout=2s&commandTimeout=2s"))
                    .withMessageContainingAll("rediss://", "TLS");
        }
    }

    private static void assertUntrusted(String location) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> SignalStores.open(location))
                .withMessageContainingAll("rediss://", "no trusted connection", "caFile=");
    }
}
