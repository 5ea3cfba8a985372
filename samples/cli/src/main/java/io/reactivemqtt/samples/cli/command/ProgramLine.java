package io.reactivemqtt.samples.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A program and its arguments, as typed in one text. No shell reads it: only spaces and quotes mean anything.
 *
 * @param words at least one
 */
record ProgramLine(List<String> words) {

    static final class Converter implements ITypeConverter<ProgramLine> {
        @Override
        public ProgramLine convert(String value) {
            List<String> words = split(value);
            if (words.isEmpty() || words.get(0).isEmpty()) {
                throw new TypeConversionException("it names no program");
            }
            return new ProgramLine(words);
        }
    }

    /** Splits at white space, but not between two {@code '} or two {@code "}, which are left out. */
    private static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        @Nullable StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char next = line.charAt(i);
            if (quote != 0 ? next == quote : next == '\'' || next == '"') {
                quote = quote != 0 ? 0 : next;
                word = word == null ? new StringBuilder() : word; // an empty word, if it ends here
            } else if (quote == 0 && Character.isWhitespace(next)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else {
                word = (word == null ? new StringBuilder() : word).append(next);
            }
        }
        if (quote != 0) {
            throw new TypeConversionException("a " + quote + " is not closed in '" + line + "'");
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }
}
