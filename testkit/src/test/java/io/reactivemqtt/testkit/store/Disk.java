package io.reactivemqtt.testkit.store;

import io.reactivemqtt.store.SessionChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What survives a crash of {@link ModelStore}, and what two processes share. Whoever uses it holds its lock. */
final class Disk {

    private final Map<String, List<List<SessionChange>>> appends = new HashMap<>();
    private final Map<String, Object> owners = new HashMap<>();

    /** Returns the disk as it is now, for the process that comes after a crash. */
    synchronized Disk copy() {
        Disk copy = new Disk();
        appends.forEach((client, kept) -> copy.appends.put(client, new ArrayList<>(kept)));
        return copy;
    }

    void write(String client, List<SessionChange> changes) {
        appends(client).add(List.copyOf(changes));
    }

    List<SessionChange> read(String client) {
        return appends(client).stream().flatMap(List::stream).toList();
    }

    List<String> keys() {
        return List.copyOf(appends.keySet());
    }

    void clear(String client) {
        appends.remove(client);
    }

    /** Loses half of each client's last append. */
    synchronized Disk torn() {
        Disk torn = copy();
        torn.appends.values().forEach(kept -> {
            List<SessionChange> last = kept.remove(kept.size() - 1);
            kept.add(last.subList(0, (last.size() + 1) / 2));
        });
        return torn;
    }

    @Nullable
    Object owner(String client) {
        return owners.get(client);
    }

    void own(String client, @Nullable Object owner) {
        if (owner == null) {
            owners.remove(client);
        } else {
            owners.put(client, owner);
        }
    }

    private List<List<SessionChange>> appends(String client) {
        return appends.computeIfAbsent(client, name -> new ArrayList<>());
    }
}
