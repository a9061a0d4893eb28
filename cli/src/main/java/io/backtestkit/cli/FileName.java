package io.backtestkit.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a file or folder from the command line. The location of a store in its place is refused, not shown. */
final class FileName implements ITypeConverter<Path> {

    private static final Pattern LOCATION = Pattern.compile(
            "(?is)\\s*(?:(?:file|memory|rediss?(?:-sentinel|-cluster)?|mongodb(?:\\+srv)?|postgres(?:ql)?|jdbc):"
                    + "|[a-z][a-z0-9+.-]+://).*");

    /** Says whether the text is the location of a store, or of something like it. */
    static boolean isLocation(String text) {
        return LOCATION.matcher(text).matches();
    }

    @Override
    public Path convert(String text) {
        if (isLocation(text)) {
            throw new TypeConversionException("the location of a store stands where a file or folder is asked for."
                    + " A location belongs to --store (to store copy: --from and --to).");
        }
        return Path.of(text);
    }
}
