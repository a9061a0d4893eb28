package io.backtestkit.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The output of this process, which remembers why it could not be written: a {@link PrintStream} tells no more than that. */
final class StandardOutput extends OutputStream {

    private final OutputStream out;
    private volatile @Nullable IOException failure;

    StandardOutput(OutputStream out) {
        this.out = out;
    }

    static StandardOutput ofThisProcess() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out));
    }

    /** Returns a stream to it for texts, in the encoding that Java found for its own. */
    PrintStream stream() {
        String encoding = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding", ""));
        Charset charset = encoding.isEmpty() ? Charset.defaultCharset() : Charset.forName(encoding);
        return new PrintStream(this, true, charset);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /** Returns the first failure; empty if everything was written. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }
}
