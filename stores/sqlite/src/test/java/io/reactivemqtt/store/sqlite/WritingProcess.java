package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;

import io.reactivemqtt.store.SessionLog;
import java.nio.file.Path;

/** Goes on where an earlier process was killed, and prints each sequence once it is stored. */
final class WritingProcess {

    private WritingProcess() {}

    public static void main(String[] arguments) {
        SessionLog log = open(SqliteSessionStore.at(Path.of(arguments[0])), "client");
        long sequence = recover(log).size();
        while (true) {
            append(log, accepted(sequence + 1, sequence + 3));
            sequence += 3;
            System.out.println(sequence);
        }
    }
}
