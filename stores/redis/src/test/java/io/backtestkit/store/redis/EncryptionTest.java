package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.Ports;
import io.backtestkit.testkit.SampleSignals;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate names localhost, and is signed by itself. */
class EncryptionTest {

    /** The first handshake loads a thousand classes. */
    private static final String PATIENT = "&" + RealRedis.PATIENT;

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static Path pem(Path folder, String name, String kind, byte[] content) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    @Test
    void theCertificateMustBeTrustedAndNameTheHost(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        Path certificate = pem(
                folder, "cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path key = pem(
                folder, "key.pem", "PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded());
        int port = Ports.free();
        try (RealRedis redis = RealRedis.durable(
                "--tls-port", String.valueOf(port),
                "--tls-cert-file", certificate.toString(),
                "--tls-key-file", key.toString(),
                "--tls-ca-cert-file", certificate.toString(),
                "--tls-auth-clients", "no")) {
            assertThat(redis.port()).isNotEqualTo(port);
            try (SignalStore store =
                    SignalStores.open("rediss://localhost:" + port + "?caFile=" + certificate + PATIENT)) {
                store.write(
                        SampleSignals.key(),
                        SampleSignals.openLong(SampleSignals.key()).build());
                assertThat(store.read(SampleSignals.key())).isPresent();
            }
            assertUntrusted("rediss://127.0.0.1:" + port + "?caFile=" + certificate + PATIENT);
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
