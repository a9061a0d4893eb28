package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.store.StoreRefusedException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate names localhost, and is signed by itself. */
class EncryptionTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static KeyStore keys(Path folder, String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:" + name,
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
        return keys;
    }

    private static Path certificate(Path folder, KeyStore keys, String name) throws Exception {
        return pem(
                folder.resolve(name + ".pem"),
                "CERTIFICATE",
                keys.getCertificate(name).getEncoded());
    }

    /** Makes a file that the server accepts as that of a key: closed to others. */
    private static Path pem(Path file, String kind, byte[] content) throws Exception {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private static void assertRefused(String location, String... parts) {
        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> PostgresSignalStore.open(location))
                .withMessageContainingAll(parts);
    }

    @Test
    void theCertificateMustBeTrustedAndNameTheHost(@TempDir Path folder) throws Exception {
        KeyStore keys = keys(folder, "localhost");
        Path certificate = certificate(folder, keys, "localhost");
        Path key = pem(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                keys.getKey("localhost", PASSWORD).getEncoded());
        Path stranger = certificate(folder, keys(folder, "stranger"), "stranger");
        Path none = Files.createFile(folder.resolve("none.pem"));
        try (TestServer server = TestServer.start(
                18, Map.of("ssl", "on", "ssl_cert_file", certificate.toString(), "ssl_key_file", key.toString()))) {
            String location = server.location(PostgresFixture.PATIENT + "&sslRootCert=");

            PostgresSignalStore.open(location + certificate).close();
            assertRefused(
                    location.replace("localhost", "127.0.0.1") + certificate,
                    "SQLSTATE 08006",
                    "The certificate is of another host: name the host as its certificate does");
            assertRefused(location + stranger, "Name the certificate of its issuer with sslRootCert=FILE");
            assertRefused(location + none, "Name the certificate of its issuer with sslRootCert=FILE");
        }
    }
}
