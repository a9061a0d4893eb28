package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.disk.Image;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The epochs that the files of a store speak of. */
final class Epochs {

    private static final Pattern EPOCH = Pattern.compile("\"epoch\":(\\d{1,18})");

    private Epochs() {}

    /** Returns the newest; 0 if there is none. */
    static long newest(Image image) {
        long newest = 0;
        for (byte[] bytes : image.files().values()) {
            Matcher found = EPOCH.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
            while (found.find()) {
                newest = Math.max(newest, Long.parseLong(found.group(1)));
            }
        }
        return newest;
    }
}
