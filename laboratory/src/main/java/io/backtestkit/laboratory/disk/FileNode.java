package io.backtestkit.laboratory.disk;

import java.util.Arrays;

/** The content of a file. */
final class FileNode extends Node {

    static final int SECTOR = 512;

    /** What a program reads. */
    byte[] visible = {};

    /** What surely is on the disk. */
    byte[] durable = {};

    /** What the system takes for written; differs from {@link #durable} after a force that failed. */
    private byte[] believed = {};

    FileNode(long number) {
        super(number);
    }

    /** Makes a file that holds those bytes for good. */
    FileNode(long number, byte[] bytes) {
        super(number);
        visible = bytes;
        durable = bytes;
        believed = bytes;
    }

    void write(long position, byte[] bytes) {
        int start = Math.toIntExact(position);
        byte[] changed = Arrays.copyOf(visible, Math.max(visible.length, start + bytes.length));
        System.arraycopy(bytes, 0, changed, start, bytes.length);
        visible = changed;
    }

    void truncate(long length) {
        visible = Arrays.copyOf(visible, Math.toIntExact(Math.min(length, visible.length)));
    }

    @Override
    void force() {
        int length = visible.length == believed.length ? durable.length : visible.length;
        byte[] forced = Arrays.copyOf(durable, length);
        for (int start = 0; start < length; start += SECTOR) {
            if (!same(visible, believed, start)) {
                copySector(visible, forced, start);
            }
        }
        durable = Arrays.equals(forced, visible) ? visible : forced;
        believed = visible;
    }

    @Override
    void failForce() {
        believed = visible;
    }

    /** Says whether both hold the same in the sector that starts there; what lies behind an end is zero. */
    static boolean same(byte[] one, byte[] other, int start) {
        for (int i = start; i < start + SECTOR; i++) {
            byte first = i < one.length ? one[i] : 0;
            byte second = i < other.length ? other[i] : 0;
            if (first != second) {
                return false;
            }
        }
        return true;
    }

    /** Copies the sector that starts there, as far as there is room for it. */
    static void copySector(byte[] from, byte[] to, int start) {
        int end = Math.min(start + SECTOR, Math.min(from.length, to.length));
        if (end > start) {
            System.arraycopy(from, start, to, start, end - start);
        }
    }
}
