package io.backtestkit.laboratory.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The names in a folder. */
final class FolderNode extends Node {

    /** A name and what it stands for from now on: nothing if null. */
    record Entry(String name, @Nullable Node node) {

        void applyTo(Map<String, Node> names) {
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }
    }

    /** One call's change of a folder, by entries in the order in which they may become durable. */
    static final class Change {
        final List<Entry> entries;
        boolean doubtful;

        Change(List<Entry> entries) {
            this.entries = new ArrayList<>(entries);
        }
    }

    /** What a program sees. */
    final Map<String, Node> visible = new TreeMap<>();

    /** What surely is on the disk. */
    final Map<String, Node> durable = new TreeMap<>();

    /** What was changed since, the oldest first. */
    final List<Change> pending = new ArrayList<>();

    FolderNode(long number) {
        super(number);
    }

    /** Makes that change visible. */
    void change(Entry... entries) {
        Change change = new Change(List.of(entries));
        change.entries.forEach(entry -> entry.applyTo(visible));
        pending.add(change);
    }

    @Override
    void force() {
        // what an earlier force left in doubt is mended once something else was changed, as the folder is written anew
        if (pending.stream().anyMatch(change -> !change.doubtful)) {
            pending.forEach(change -> change.entries.forEach(entry -> entry.applyTo(durable)));
            pending.clear();
        }
    }

    @Override
    void failForce() {
        pending.forEach(change -> change.doubtful = true);
    }
}
