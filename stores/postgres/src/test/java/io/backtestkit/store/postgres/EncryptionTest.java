package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.servers.Certificates;
import io.backtestkit.store.StoreRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate names localhost, and is signed by an authority that the system does not know. */
class EncryptionTest {

    private static void assertRefused(String location, String... parts) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> PostgresSignalStore.open(location))
                .withMessageContainingAll(parts);
    }

    @Test
    void theCertificateMustBeTrustedAndNameTheHost(@TempDir Path folder) throws Exception {
        Path none = Files.createFile(folder.resolve("none.pem"));
        try (Certificates certificates = Certificates.make();
                Certificates others = Certificates.make();
                TestServer server = TestServer.start(
                        18,
                        Map.of(
                                "ssl", "on",
                                "ssl_cert_file", certificates.valid().toString(),
                                "ssl_key_file", certificates.key().toString()))) {
            String location = server.location(PostgresFixture.PATIENT + "&sslRootCert=");

            PostgresSignalStore.open(location + certificates.authority()).close();
            assertRefused(
                    location.replace("localhost", "127.0.0.1") + certificates.authority(),
                    "SQLSTATE 08006",
                    "The certificate is of another host: name the host as its certificate does");
            assertRefused(location + others.authority(), "Name the certificate of its issuer with sslRootCert=FILE");
            assertRefused(location + none, "Name the certificate of its issuer with sslRootCert=FILE");
        }
    }
}
