package io.backtestkit.store.postgres;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Why no connection came about, where what the driver says does not tell what to do.
 *
 * @param lasting whether the next attempt will meet the same
 * @param found in plain words; empty if what was said is plain
 * @param advice what to do
 */
record NoConnection(boolean lasting, Optional<String> found, String advice) {

    /** The driver's name for its check; the words around it are in the language of this machine. */
    private static final String HOST_CHECK = "PgjdbcHostnameVerifier";

    /** Explains what the driver threw instead of a connection; empty if the other side said it itself, or it is plain. */
    static Optional<NoConnection> of(Thrown thrown) {
        return thrown.isSaid() ? Optional.empty() : certificate(thrown).or(() -> network(thrown));
    }

    private static Optional<NoConnection> certificate(Thrown thrown) {
        if (thrown.text().contains(HOST_CHECK)) {
            return lasting(
                    "The certificate is of another host: name the host as its certificate does, or let the server"
                            + " show one of this name.");
        }
        Optional<CertificateExpiredException> expired = thrown.cause(CertificateExpiredException.class);
        if (expired.isPresent()) {
            return lasting(
                    "A certificate has expired (" + expired.get().getMessage() + "): let the server show a new one.");
        }
        boolean refused = thrown.cause(CertificateException.class).isPresent()
                || thrown.cause(InvalidAlgorithmParameterException.class).isPresent() // no certificate in the file
                || thrown.root() instanceof SSLException;
        return refused
                ? lasting("Name the certificate of its issuer with sslRootCert=FILE, or say insecure=true.")
                : Optional.empty();
    }

    private static Optional<NoConnection> lasting(String advice) {
        return Optional.of(new NoConnection(true, Optional.empty(), advice));
    }

    private static Optional<NoConnection> network(Thrown thrown) {
        Optional<UnknownHostException> unknown = thrown.cause(UnknownHostException.class);
        if (unknown.isPresent()) {
            String host = String.valueOf(unknown.get().getMessage()).replaceFirst(": .*", "");
            return passing("the host name '" + host + "' could not be looked up", "Check it, and the name service.");
        }
        if (thrown.cause(SocketTimeoutException.class).isPresent()) {
            return passing(
                    "it did not answer in time", "Check that the server runs and that the network lets it through.");
        }
        Optional<SocketException> unreachable = thrown.cause(SocketException.class);
        if (unreachable.isPresent()) {
            return passing(
                    "it could not be reached (" + unreachable.get().getMessage() + ")",
                    "Check host and port, that the server runs, and that the network lets it through.");
        }
        if (thrown.cause(EOFException.class).isPresent()) {
            return passing("it hung up at once", "Check that a PostgreSQL server listens there, and see its log.");
        }
        return thrown.state().equals(PostgresFailures.PROTOCOL)
                ? passing("what answers there does not speak as a PostgreSQL server does", "Check host and port.")
                : Optional.empty();
    }

    private static Optional<NoConnection> passing(String found, String advice) {
        return Optional.of(new NoConnection(false, Optional.of(found), advice));
    }
}
