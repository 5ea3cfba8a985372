package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.added;
import static io.reactivemqtt.testkit.store.Changes.received;

import io.reactivemqtt.Qos;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A store serves any number of clients, with any Client Identifier, and never mixes them. */
public interface ClientsContract extends StoreUnderTest {

    @Test
    default void clientsDoNotMix(StoreBench bench) {
        SessionOwner one = bench.take("one");
        SessionOwner two = bench.take("two");

        one.append(new SequencesReserved(1), added("a", Qos.AT_LEAST_ONCE), received(1), accepted(1));
        two.append(new SequencesReserved(2), added("b", Qos.AT_LEAST_ONCE), received(2), accepted(2));
        one.append(received(3));

        bench.assertRecovered(
                "one",
                List.of(
                        new SequencesReserved(1),
                        added("a", Qos.AT_LEAST_ONCE),
                        received(1),
                        received(3),
                        accepted(1)));
        bench.assertRecovered(
                "two", List.of(new SequencesReserved(2), added("b", Qos.AT_LEAST_ONCE), received(2), accepted(2)));
    }

    @Test
    default void clientsMayUseTheSameSequencesAndIdentifiers(StoreBench bench) {
        List<SessionChange> changes =
                List.of(added("a", Qos.AT_LEAST_ONCE), received(1), accepted(1), Changes.assigned(1, 1), accepted(2));
        bench.take("one").append(changes);
        bench.take("two").append(changes).append(new SessionDiscarded());

        bench.assertRecovered("one", changes);
        bench.assertRecovered("two", List.of());
    }

    @Test
    default void takeoverOfOneClientLeavesTheOthersAlone(StoreBench bench) {
        SessionOwner one = bench.take("one");
        SessionOwner two = bench.take("two");

        bench.take("two");

        one.append(received(1));
        two.appendRefused(received(1));
    }

    @Test
    default void closeOfOneClientLeavesTheOthersAlone(StoreBench bench) {
        SessionOwner one = bench.take("one");
        bench.take("two").close();

        one.append(received(1));

        bench.assertRecovered("one", List.of(received(1)));
    }

    @Test
    default void oddClientIdentifiersAreAllDifferentClients(StoreBench bench) {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < OddNames.ALL.size(); i++) {
                bench.assertRecovered(OddNames.ALL.get(i), received(1, round * (i + 1)));
            }
            for (int i = 0; i < OddNames.ALL.size() && round == 0; i++) {
                bench.take(OddNames.ALL.get(i)).append(received(1, i + 1)).close();
            }
            bench.reopen();
        }
    }

    @Test
    default void sameClientIdentifierInTwoNamespacesIsTwoClients(StoreBench bench) {
        SessionOwner one = bench.take(SessionKey.of("one", "client")).append(received(1));
        SessionOwner two = bench.take(SessionKey.of("two", "client")).append(received(2));
        SessionOwner none = bench.take("client").append(received(3));

        one.append(received(4)).close();
        two.append(received(5)).close();
        none.append(received(6)).close();

        bench.assertRecovered(SessionKey.of("one", "client"), List.of(received(1), received(4)));
        bench.assertRecovered(SessionKey.of("two", "client"), List.of(received(2), received(5)));
        bench.assertRecovered("client", List.of(received(3), received(6)));
    }

    @Test
    default void namespaceAndClientIdentifierDoNotRunTogether(StoreBench bench) {
        for (String between : OddNames.ALL) {
            bench.take(SessionKey.of("a" + between, "b")).append(received(1)).close();

            bench.assertRecovered(SessionKey.of("a", between + "b"), List.of());
        }
    }

    @Test
    default void oddNamespacesAreAllDifferent(StoreBench bench) {
        for (int i = 0; i < OddNames.ALL.size(); i++) {
            bench.take(SessionKey.of(OddNames.ALL.get(i), "client"))
                    .append(received(1, i + 1))
                    .close();
        }
        bench.reopen();
        for (int i = 0; i < OddNames.ALL.size(); i++) {
            bench.assertRecovered(SessionKey.of(OddNames.ALL.get(i), "client"), received(1, i + 1));
        }
    }

    @Test
    default void longestClientIdentifiersAreDifferentClients(StoreBench bench) {
        List<String> clients =
                List.of("c".repeat(65_535), "c".repeat(65_534) + "d", "c".repeat(65_534), "\uFFFD".repeat(21_845));
        for (int i = 0; i < clients.size(); i++) {
            bench.take(clients.get(i)).append(received(i + 1)).close();
        }

        bench.crash();

        for (int i = 0; i < clients.size(); i++) {
            bench.assertRecovered(clients.get(i), List.of(received(i + 1)));
        }
    }

    @Test
    default void concurrentClientsDoNotMix(StoreBench bench) {
        List<Future<List<SessionChange>>> clients = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            int number = client;
            clients.add(bench.start(() -> {
                RandomHistory history = new RandomHistory(number);
                SessionOwner owner = bench.take("client " + number);
                for (int i = 0; i < 40; i++) {
                    owner.append(history.next());
                }
                owner.close();
                return history.left();
            }));
        }
        for (int client = 0; client < 8; client++) {
            List<SessionChange> expected = bench.await(clients.get(client), "one of the clients");
            bench.assertRecovered("client " + client, expected).close();
        }
    }

    @Test
    default void clientThatRecoversSlowlyDoesNotBlockTheOthers(StoreBench bench) {
        bench.take("slow").append(received(1, 1_000)).close();
        Signals<SessionChange> slow =
                bench.subscribe("recover", bench.open("slow").recover(), 1);
        slow.awaitElements(1);

        bench.take("other").append(received(1)).append(received(2)).close();
        bench.assertRecovered("other", List.of(received(1), received(2)));

        slow.request(Long.MAX_VALUE).awaitCompletion();
    }

    @Test
    default void manyClientsThatRecoverSlowlyDoNotBlockAnother(StoreBench bench) {
        List<Signals<SessionChange>> slow = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            bench.take("slow " + i).append(received(1, 100)).close();
            slow.add(bench.subscribe("recover", bench.open("slow " + i).recover(), 1)
                    .awaitElements(1));
        }

        bench.take("other").append(received(1)).close();

        for (Signals<SessionChange> recovery : slow) {
            Changes.assertSame(
                    "a slow recovery",
                    received(1, 100),
                    recovery.request(Long.MAX_VALUE).awaitCompletion());
        }
    }
}
