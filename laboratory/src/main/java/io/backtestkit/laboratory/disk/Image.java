package io.backtestkit.laboratory.disk;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Everything on a disk at one moment.
 *
 * @param files content by path, without the leading separator; the path of a folder ends in one and its content is empty
 */
public record Image(SortedMap<String, byte[]> files) {

    private static final Pattern UNIQUE = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern MOMENT = Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z");
    private static final int LONGEST_NOTE = 400;

    /** Keeps its own map; the contents are taken as they are and never changed. */
    public Image {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    static Image of(
            FolderNode root, Function<FolderNode, Map<String, Node>> names, Function<FileNode, byte[]> content) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        collect(root, "", names, content, files);
        return new Image(files);
    }

    private static void collect(
            FolderNode folder,
            String path,
            Function<FolderNode, Map<String, Node>> names,
            Function<FileNode, byte[]> content,
            Map<String, byte[]> into) {
        names.apply(folder).forEach((name, node) -> {
            if (node instanceof FolderNode inner) {
                into.put(path + name + "/", new byte[0]);
                collect(inner, path + name + "/", names, content, into);
            } else if (node instanceof FileNode file) {
                into.put(path + name, content.apply(file));
            }
        });
    }

    /** Returns this image with that file in it, in the place of what was there. */
    public Image with(String path, byte[] bytes) {
        SortedMap<String, byte[]> changed = new TreeMap<>(files);
        changed.put(path, bytes);
        return new Image(changed);
    }

    /** Says whether those bytes, one after the other, are found in some file. */
    public boolean holds(byte[] bytes) {
        String wanted = new String(bytes, StandardCharsets.ISO_8859_1);
        return files.values().stream().anyMatch(each -> new String(each, StandardCharsets.ISO_8859_1).contains(wanted));
    }

    /**
     * Returns a number that is the same for equal images. Unique parts of names and, in short files, moments do not count:
     * two runs of one program differ in them.
     */
    public long fingerprint() {
        long hash = 0x9E3779B97F4A7C15L;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            byte[] bytes = file.getValue();
            hash = mix(hash, UNIQUE.matcher(file.getKey()).replaceAll("*").getBytes(StandardCharsets.UTF_8));
            if (bytes.length < LONGEST_NOTE) {
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                bytes = MOMENT.matcher(text).replaceAll("*").getBytes(StandardCharsets.ISO_8859_1);
            }
            hash = mix(hash, bytes);
        }
        return hash;
    }

    private static long mix(long start, byte[] bytes) {
        long hash = start ^ bytes.length;
        for (byte each : bytes) {
            hash = (hash ^ each) * 0x100000001B3L;
            hash ^= hash >>> 29;
        }
        return hash * 0xBF58476D1CE4E5B9L ^ hash >>> 32;
    }

    /** Returns one line for each file: its path and its length. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        files.forEach((path, bytes) -> text.append("/")
                .append(path)
                .append(path.endsWith("/") ? "" : " " + bytes.length)
                .append("\n"));
        return text.toString();
    }
}
