package dev.darter.registry.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Splits one {@code WWW-Authenticate} line (RFC 9110, section 11.6.1). The grammar is ambiguous until the character after a word is seen:
 * {@code Bearer a="1", b="2", Basic realm="3"} has commas between parameters and between challenges alike; a word followed by an equals sign
 * is a parameter, any other begins a challenge.
 */
final class ChallengeParser {

    /** A challenge of any scheme; parameter names in lower case. */
    record Raw(String scheme, Map<String, String> parameters) {}

    private final String text;
    private int position;

    ChallengeParser(String text) {
        this.text = text;
    }

    List<Raw> parse() {
        List<Raw> challenges = new ArrayList<>();
        while (skipSeparators()) {
            String word = word();
            if (word.isEmpty()) {
                position++; // Not in the grammar: step over it and go on.
                continue;
            }
            skipSpaces();
            if (!at('=')) {
                challenges.add(new Raw(word, new LinkedHashMap<>()));
                continue;
            }
            position++;
            skipSpaces();
            String value = at('"') ? quoted() : word();
            if (!challenges.isEmpty()) {
                challenges.getLast().parameters().putIfAbsent(word.toLowerCase(Locale.ROOT), value);
            }
        }
        return challenges;
    }

    private boolean skipSeparators() {
        while (position < text.length() && (isSpace(text.charAt(position)) || text.charAt(position) == ',')) {
            position++;
        }
        return position < text.length();
    }

    private void skipSpaces() {
        while (position < text.length() && isSpace(text.charAt(position))) {
            position++;
        }
    }

    private String word() {
        int start = position;
        while (position < text.length() && ",=\"".indexOf(text.charAt(position)) < 0 && !isSpace(text.charAt(position))) {
            position++;
        }
        return text.substring(start, position);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        for (position++; position < text.length() && !at('"'); position++) {
            if (at('\\') && position + 1 < text.length()) {
                position++;
            }
            value.append(text.charAt(position));
        }
        position++;
        return value.toString();
    }

    private boolean at(char expected) {
        return position < text.length() && text.charAt(position) == expected;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
