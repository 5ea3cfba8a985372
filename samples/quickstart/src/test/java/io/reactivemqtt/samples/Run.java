package io.reactivemqtt.samples;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/**
 * One run of the quickstart in this JVM.
 *
 * @param status with which it would end the JVM
 * @param out the lines of its output
 * @param err the lines of its complaints
 */
record Run(int status, List<String> out, List<String> err) {

    static Run of(String... arguments) {
        return with(Map.of(), arguments);
    }

    static Run with(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Quickstart.run(new PrintWriter(out, true), new PrintWriter(err, true), environment, arguments);
        return new Run(
                status, out.toString().lines().toList(), err.toString().lines().toList());
    }

    String lastLine() {
        return out.get(out.size() - 1);
    }

    long linesThatStartWith(String word) {
        return out.stream().filter(line -> line.startsWith(word)).count();
    }
}
