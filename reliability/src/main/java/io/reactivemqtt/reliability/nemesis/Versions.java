package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the programs say that they are. */
final class Versions {

    private Versions() {}

    /** Returns such as {@code mosquitto 2.0.11}. */
    static String server() throws IOException {
        Process help =
                new ProcessBuilder("mosquitto", "-h").redirectErrorStream(true).start(); // which is an error to it
        String words = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return words.lines().findFirst().orElse("mosquitto").replace(" version ", " ");
    }

    /** Returns such as {@code Redis 7.0.15}. */
    static String redis() throws IOException, InterruptedException {
        String words = Programs.run(List.of("redis-server", "--version"), "");
        return "Redis " + words.replaceFirst("(?s).*v=(\\S+).*", "$1");
    }

    /** Returns such as {@code PostgreSQL 15.18}. */
    static String database() throws IOException, InterruptedException {
        String words = Programs.run(
                List.of(
                        RunningPostgreSql.programs()
                                .orElseThrow()
                                .resolve("postgres")
                                .toString(),
                        "--version"),
                "");
        return "PostgreSQL " + words.split(" ", -1)[2].strip();
    }
}
