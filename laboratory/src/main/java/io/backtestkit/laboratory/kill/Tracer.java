package io.backtestkit.laboratory.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program {@code strace}, which sees every call that a process makes of the system, and may kill it at one. */
final class Tracer implements SystemCalls {

    /** Calls that change something about files; those that not every machine has are marked. */
    static final String ON_FILES = "?open,openat,?creat,close,write,pwrite64,writev,?pwritev,fsync,fdatasync,ftruncate,"
            + "?fallocate,?rename,?renameat,?renameat2,?unlink,unlinkat,?rmdir,?mkdir,mkdirat,?link,?linkat,"
            + "?chmod,fchmod,?fchmodat,fcntl,?flock,?utimensat";

    /** Calls that send, and those that wait for what comes back; the classes that are read meanwhile do not count. */
    static final String ON_A_NETWORK =
            "write,writev,sendto,sendmsg,recvfrom,recvmsg,?poll,?ppoll,?epoll_wait,?epoll_pwait";

    private static final Pattern CALL = Pattern.compile("^\\d+ +([a-z0-9_]+)\\(", Pattern.MULTILINE);
    private static final long LONGEST_SECONDS = 60;

    private final String program;

    /** Names the program; whoever uses it when it is not there is told what to do. */
    Tracer(String program) {
        this.program = program;
    }

    @Override
    public List<String> calls(ChildProcess process, String watched) {
        try {
            Path trace = Files.createTempFile("backtest-kit-calls", ".txt");
            try {
                run(process, List.of("-o", trace.toString(), "-e", "trace=" + watched));
                return CALL.matcher(Files.readString(trace))
                        .results()
                        .map(call -> call.group(1))
                        .distinct()
                        .toList();
            } finally {
                Files.delete(trace);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void kill(ChildProcess process, String call, int number) {
        run(
                process,
                List.of(
                        "-o",
                        "/dev/null",
                        "-e",
                        "trace=" + call,
                        "-e",
                        "inject=" + call + ":signal=SIGKILL:when=" + number));
    }

    private void run(ChildProcess process, List<String> options) {
        List<String> command = Stream.of(List.of(program, "-f"), options, List.of("-p", String.valueOf(process.pid())))
                .flatMap(List::stream)
                .toList();
        try {
            Process tracer = start(command);
            try (BufferedReader said = tracer.errorReader(StandardCharsets.UTF_8)) {
                String first = Optional.ofNullable(said.readLine()).orElse("nothing");
                if (!first.contains("attached")) {
                    throw new IllegalStateException("Cannot watch a process with " + program + ": it says " + first
                            + ". Run as root, or allow it by kernel.yama.ptrace_scope=0.");
                }
                process.order();
                while (said.readLine() != null) {
                    // it tells of every thread
                }
                tracer.onExit().orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).join();
            } finally {
                tracer.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Cannot kill at the calls of the system: there is no '" + program
                            + "'. Install it, on Debian by apt-get install strace; it needs Linux.",
                    e);
        }
    }
}
