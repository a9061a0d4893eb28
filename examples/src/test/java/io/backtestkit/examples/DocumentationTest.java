package io.backtestkit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every Java block of the README and the docs is cut from a compiled file, and every link leads to a file and a heading. */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- cut from (\\S+)#(\\w+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> top = Files.list(ROOT)) {
            Stream.concat(docs, top)
                    .filter(path -> path.toString().endsWith(".md"))
                    .forEach(pages::add);
        }
        return pages;
    }

    @Test
    void every_java_block_is_the_named_region_of_a_compiled_file() throws IOException {
        List<String> wrong = new ArrayList<>();
        int blocks = 0;
        for (Path page : pages()) {
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                blocks++;
                String where = ROOT.relativize(page) + ", the block that begins '"
                        + block.group(3).lines().findFirst().orElse("") + "'";
                if (block.group(1) == null) {
                    wrong.add(where + ": names no file");
                } else if (!region(ROOT.resolve(block.group(1)), block.group(2)).equals(block.group(3))) {
                    wrong.add(where + ": differs from " + block.group(1) + "#" + block.group(2));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(blocks).isPositive();
    }

    @Test
    void every_relative_link_leads_to_a_file_and_to_a_heading_in_it() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                String file = link.group(1);
                Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
                String anchor = link.group(2);
                if (!Files.exists(target) || (anchor != null && !anchors(target).contains(anchor))) {
                    broken.add(ROOT.relativize(page) + " -> " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** Returns what the headings of a page are called in links. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .strip()
                        .replace(' ', '-'))
                .toList();
    }

    /** Returns the lines between the tags, without the indentation they share and without other tags. */
    private static String region(Path file, String tag) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            if (line.strip().equals("// end::" + tag + "[]")) {
                break;
            }
            if (inside && !line.strip().matches("// (tag|end)::\\w+\\[]")) {
                lines.add(line);
            }
            inside |= line.strip().equals("// tag::" + tag + "[]");
        }
        int shared = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        lines.forEach(line ->
                text.append(line.isBlank() ? "" : line.substring(shared)).append('\n'));
        return text.toString();
    }
}
