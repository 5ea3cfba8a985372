package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionState;
import io.reactivemqtt.store.StoredChange;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the Sessions of a process were after each of its appends, and how far it has been told that they are durable. The truth that a
 * rebuilt disk is held against: {@link SessionState}, which shares nothing with the store but the changes.
 */
final class History implements Told.Listener {

    private final Map<String, OfClient> clients = new TreeMap<>();

    /** Of one Session; a state is what each of its changes is known by. */
    private static final class OfClient {
        private final SessionState state = new SessionState();
        private final List<List<String>> states = new ArrayList<>();
        private final IdentityHashMap<SessionChange, String> known = new IdentityHashMap<>();
        private final Map<Long, Integer> acceptedIn = new HashMap<>();
        private int stored;
        private int promised;

        OfClient(List<SessionChange> before) {
            before.forEach(state::apply);
            remember();
        }

        private void remember() {
            states.add(state.changes().stream().map(this::word).toList());
        }

        /** Messages may be long, and stay through many changes. */
        private String word(SessionChange change) {
            return change instanceof OutgoingAccepted ? known.computeIfAbsent(change, History::wordOf) : wordOf(change);
        }
    }

    /**
     * Begins with what a disk had.
     *
     * @param before the changes of each Session
     */
    History(Map<String, List<SessionChange>> before) {
        before.forEach((client, changes) -> clients.put(client, new OfClient(changes)));
    }

    @Override
    public void handedIn(String client, List<SessionChange> changes) {
        OfClient of = of(client);
        int append = of.states.size();
        for (SessionChange change : changes) {
            of.state.apply(change);
            if (change instanceof OutgoingAccepted accepted) {
                of.acceptedIn.put(accepted.sequence(), append);
            }
        }
        of.remember();
    }

    @Override
    public void stored(String client) {
        of(client).stored++;
    }

    @Override
    public void accepted(String client, long sequence) {
        OfClient of = of(client);
        Integer append = of.acceptedIn.get(sequence);
        if (append == null) {
            throw new IllegalStateException("nobody has handed in the message " + sequence + " that was accepted");
        }
        of.promised = Math.max(of.promised, append);
    }

    private OfClient of(String client) {
        OfClient of = clients.get(client);
        if (of == null) {
            throw new IllegalArgumentException(client);
        }
        return of;
    }

    /** Returns how many appends have been reported durable. */
    int stored() {
        return clients.values().stream().mapToInt(of -> of.stored).sum();
    }

    /**
     * Returns what is wrong with what was recovered now; empty if every Session is as some append left it that was handed in, and none of
     * those that were reported durable is missing.
     */
    List<String> faults(Map<String, List<String>> recovered) {
        List<String> faults = new ArrayList<>();
        clients.forEach((client, of) -> {
            int at = of.states.lastIndexOf(recovered.get(client));
            int least = Math.max(of.stored, of.promised);
            if (at < 0) {
                faults.add(
                        client + " is as it never was: " + recovered.get(client) + ", and was " + of.states.get(least));
            } else if (at < least) {
                faults.add(client + " is as append " + at + " left it, and " + least + " was reported durable");
            }
        });
        return faults;
    }

    /** Returns what each change is known by. */
    static List<String> words(List<SessionChange> changes) {
        return changes.stream().map(History::wordOf).toList();
    }

    private static String wordOf(SessionChange change) {
        if (change instanceof EntryUnreadable) {
            return change.toString();
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(StoredChange.toBytes(change));
            return change.getClass().getSimpleName() + ' ' + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
