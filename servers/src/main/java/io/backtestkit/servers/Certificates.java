package io.backtestkit.servers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority, and two certificates of localhost that it signed for one key: one is valid, one ended last year. */
public final class Certificates implements AutoCloseable {

    private static final String PASSWORD = "changeit";

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes all of it in a new folder, with the keytool of this JDK. */
    public static Certificates make() {
        try {
            Certificates made = new Certificates(Files.createTempDirectory("backtest-kit-certificates"));
            made.makeAll();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot make certificates: " + e.getMessage(), e);
        }
    }

    /** Returns the certificate of the authority, which a client is to trust. */
    public Path authority() {
        return folder.resolve("authority.pem");
    }

    /** Returns the certificate of localhost that is valid for another month. */
    public Path valid() {
        return folder.resolve("valid.pem");
    }

    /** Returns the certificate of localhost that ended last year. */
    public Path expired() {
        return folder.resolve("expired.pem");
    }

    /** Returns the key of both, in a file that a server accepts as that of a key: closed to others. */
    public Path key() {
        return folder.resolve("key.pem");
    }

    private void makeAll() throws IOException, GeneralSecurityException {
        keytool("-genkeypair", "-alias", "authority", "-keyalg", "EC", "-dname", "CN=backtest-kit", "-ext", "bc:c");
        keytool("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "authority",
                "-file",
                authority().toString());
        Path request = folder.resolve("request");
        keytool("-certreq", "-alias", "server", "-file", request.toString());
        sign(request, valid(), "-1d", "30");
        sign(request, expired(), "-400d", "30");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Files.createFile(key());
        File secret = key().toFile();
        if (!secret.setReadable(false, false) || !secret.setReadable(true, true)) {
            throw new IOException("Cannot keep " + secret + " from others, which a server asks for.");
        }
        byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
        Files.writeString(
                key(),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
    }

    private void sign(Path request, Path certificate, String from, String days) throws IOException {
        keytool(
                "-gencert",
                "-rfc",
                "-alias",
                "authority",
                "-infile",
                request.toString(),
                "-outfile",
                certificate.toString(),
                "-ext",
                "SAN=dns:localhost",
                "-startdate",
                from,
                "-validity",
                days);
    }

    private void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC")); // it lives for less than a second
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", folder.resolve("keys.p12").toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("Cannot make certificates: " + output);
        }
    }

    /** Removes the files. */
    @Override
    public void close() {
        Folders.remove(folder);
    }
}
