package io.backtestkit.laboratory.disk;

import io.backtestkit.laboratory.disk.FolderNode.Change;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Every image that a power cut at this moment may leave of a volume.
 *
 * <p>Each pending change of a folder, and each file that was not forced, is a choice. All combinations are listed as long as
 * there are at most {@value #MOST_IMAGES}; of more: nothing and everything, each with one and with two choices made
 * otherwise, then drawn ones, always the same, up to that number.
 */
public final class PowerCut {

    /** The most images listed for one moment. */
    public static final int MOST_IMAGES = 2_000;

    private final FolderNode root;
    private final List<Change> changes = new ArrayList<>();
    private final Map<FileNode, List<byte[]>> contents = new LinkedHashMap<>();
    private final List<Integer> choices = new ArrayList<>();

    private PowerCut(FolderNode root) {
        this.root = root;
        meet(root, new IdentityHashMap<>());
        changes.forEach(change -> choices.add(change.entries.size() + 1));
        contents.values().forEach(each -> choices.add(each.size()));
    }

    /** Lists the images, the same for the same history of the volume; some may be equal. */
    public static List<Image> images(Volume volume) {
        synchronized (volume) {
            PowerCut cut = new PowerCut(volume.root());
            return cut.combinations().stream().map(cut::image).toList();
        }
    }

    private void meet(Node node, Map<Node, Boolean> met) {
        if (met.put(node, true) != null) {
            return;
        }
        if (node instanceof FileNode file) {
            List<byte[]> all = Sectors.contents(file);
            contents.put(file, all);
        } else if (node instanceof FolderNode folder) {
            changes.addAll(folder.pending);
            folder.durable.values().forEach(each -> meet(each, met));
            folder.pending.forEach(change -> change.entries.forEach(entry -> {
                if (entry.node() != null) {
                    meet(entry.node(), met);
                }
            }));
        }
    }

    private List<int[]> combinations() {
        long count = 1;
        for (int each : choices) {
            count = Math.min(count * each, Integer.MAX_VALUE);
        }
        return count <= MOST_IMAGES ? all((int) count) : some();
    }

    private List<int[]> all(int count) {
        List<int[]> all = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            int[] chosen = new int[choices.size()];
            int rest = number;
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = rest % choices.get(i);
                rest /= choices.get(i);
            }
            all.add(chosen);
        }
        return all;
    }

    private List<int[]> some() {
        int[] nothing = new int[choices.size()];
        int[] everything = choices.stream().mapToInt(each -> each - 1).toArray();
        List<int[]> some = new ArrayList<>(List.of(nothing, everything));
        for (int[] start : List.of(nothing, everything)) {
            List<int[]> once = changed(start, 0);
            some.addAll(once);
            for (int i = 0; i < once.size() && some.size() < MOST_IMAGES / 2; i++) {
                some.addAll(changed(once.get(i), 0));
            }
        }
        SplittableRandom random = new SplittableRandom(choices.hashCode());
        while (some.size() < MOST_IMAGES) {
            some.add(choices.stream().mapToInt(random::nextInt).toArray());
        }
        return some;
    }

    private List<int[]> changed(int[] start, int from) {
        List<int[]> changed = new ArrayList<>();
        for (int i = from; i < start.length; i++) {
            for (int choice = 0; choice < choices.get(i); choice++) {
                if (choice != start[i]) {
                    int[] other = start.clone();
                    other[i] = choice;
                    changed.add(other);
                }
            }
        }
        return changed;
    }

    private Image image(int[] chosen) {
        IdentityHashMap<Change, Integer> made = new IdentityHashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            made.put(changes.get(i), chosen[i]);
        }
        IdentityHashMap<FileNode, byte[]> content = new IdentityHashMap<>();
        int next = changes.size();
        for (Map.Entry<FileNode, List<byte[]>> file : contents.entrySet()) {
            content.put(file.getKey(), file.getValue().get(chosen[next++]));
        }
        return Image.of(root, folder -> names(folder, made), content::get);
    }

    private static Map<String, Node> names(FolderNode folder, IdentityHashMap<Change, Integer> made) {
        if (folder.pending.isEmpty()) {
            return folder.durable;
        }
        Map<String, Node> names = new TreeMap<>(folder.durable);
        for (Change change : folder.pending) {
            change.entries.subList(0, made.getOrDefault(change, 0)).forEach(entry -> entry.applyTo(names));
        }
        return names;
    }
}
