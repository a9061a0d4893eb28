package io.backtestkit.laboratory.kill;

import java.util.List;

/** Sees the calls that a process makes of the system, and may kill it at one. */
interface SystemCalls {

    /** Lets the process go on, and returns the names of those calls that it makes until its end, each once. */
    List<String> calls(ChildProcess process, String watched);

    /** Lets the process go on, and kills it when one of its threads is about to make that call for the {@code number}-th time. */
    void kill(ChildProcess process, String call, int number);
}
