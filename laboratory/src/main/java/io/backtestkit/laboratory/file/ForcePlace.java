package io.backtestkit.laboratory.file;

import java.util.ArrayList;
import java.util.List;

/**
 * Where in the store a force is called, by the stack of this thread: the methods of the store's own classes from the line
 * that forces outwards, for example {@code DurableFiles.replace:70 < RecordFiles.write}.
 */
final class ForcePlace {

    private static final String STORE = "io.backtestkit.store.file.";

    /** Classes through which all work goes. */
    private static final List<String> PASSING = List.of("LocalDisk", "StoreThread", "FolderLock", "DataFolder");

    private ForcePlace() {}

    static String here() {
        List<StackWalker.StackFrame> frames = StackWalker.getInstance()
                .walk(all -> all.filter(ForcePlace::isOfInterest).toList());
        List<String> names = new ArrayList<>();
        for (StackWalker.StackFrame frame : frames) {
            String type = frame.getClassName().substring(STORE.length());
            String line = names.isEmpty() ? ":" + frame.getLineNumber() : "";
            names.add(type + "." + frame.getMethodName() + line);
        }
        return String.join(" < ", names);
    }

    private static boolean isOfInterest(StackWalker.StackFrame frame) {
        String method = frame.getMethodName();
        return frame.getClassName().startsWith(STORE)
                && PASSING.stream().noneMatch(frame.getClassName().substring(STORE.length())::startsWith)
                && !method.equals("force")
                && !method.startsWith("lambda$");
    }
}
