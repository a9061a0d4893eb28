package io.backtestkit.laboratory.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a power cut may leave of a file: of the sectors that were changed since it was last forced, any part, under every
 * length. Of more than {@value #MOST_SECTORS} changed sectors: none, all, all but one, one alone, and all up to one.
 */
final class Sectors {

    static final int MOST_SECTORS = 4;

    private final byte[] durable;
    private final byte[] visible;
    private final List<Integer> changed = new ArrayList<>();

    private Sectors(FileNode file) {
        durable = file.durable;
        visible = file.visible;
        for (int start = 0; start < Math.max(durable.length, visible.length); start += FileNode.SECTOR) {
            if (!FileNode.same(durable, visible, start)) {
                changed.add(start);
            }
        }
    }

    /** Returns every content, the durable one first, the visible one last. */
    static List<byte[]> contents(FileNode file) {
        if (file.durable == file.visible) {
            return List.of(file.durable);
        }
        Sectors sectors = new Sectors(file);
        Set<ByteBuffer> contents = new LinkedHashSet<>();
        for (int length : sectors.lengths()) {
            for (Set<Integer> part : sectors.parts()) {
                contents.add(ByteBuffer.wrap(sectors.content(length, part)));
            }
        }
        contents.remove(ByteBuffer.wrap(file.visible));
        contents.add(ByteBuffer.wrap(file.visible));
        return contents.stream().map(ByteBuffer::array).toList();
    }

    /** The old length first. */
    private Set<Integer> lengths() {
        int shorter = Math.min(durable.length, visible.length);
        int longer = Math.max(durable.length, visible.length);
        Set<Integer> lengths = new LinkedHashSet<>();
        lengths.add(durable.length);
        for (int end = (shorter / FileNode.SECTOR + 1) * FileNode.SECTOR; end < longer; end += FileNode.SECTOR) {
            lengths.add(end);
        }
        lengths.add(visible.length);
        return lengths;
    }

    private List<Set<Integer>> parts() {
        List<Set<Integer>> parts = new ArrayList<>();
        if (changed.size() <= MOST_SECTORS) {
            for (int bits = 0; bits < 1 << changed.size(); bits++) {
                Set<Integer> part = new TreeSet<>();
                for (int i = 0; i < changed.size(); i++) {
                    if ((bits & 1 << i) != 0) {
                        part.add(changed.get(i));
                    }
                }
                parts.add(part);
            }
            return parts;
        }
        parts.add(Set.of());
        for (int i = 0; i < changed.size(); i++) {
            parts.add(Set.of(changed.get(i)));
            parts.add(new TreeSet<>(changed.subList(0, i)));
            Set<Integer> allButOne = new TreeSet<>(changed);
            allButOne.remove(changed.get(i));
            parts.add(allButOne);
        }
        parts.add(new TreeSet<>(changed));
        return parts;
    }

    private byte[] content(int length, Set<Integer> part) {
        byte[] content = Arrays.copyOf(durable, length);
        for (int start : part) {
            int end = Math.min(start + FileNode.SECTOR, length);
            for (int i = start; i < end; i++) {
                content[i] = i < visible.length ? visible[i] : 0;
            }
        }
        return content;
    }
}
