package io.reactivemqtt.testkit.store;

/**
 * Holds a {@link io.reactivemqtt.store.SessionStore} to every rule of its interface, by some 150 tests. Implement it in a
 * test class of JUnit 5, say in two methods how a store is made and made again, and run that class:
 *
 * <pre>{@code
 * class FileStoreTest implements SessionStoreContract {
 *     @TempDir
 *     Path directory;
 *
 *     private int places;
 *
 *     public SessionStore newStore() {
 *         return FileStore.at(directory.resolve("place" + places++)); // an empty one each time
 *     }
 *
 *     public SessionStore reopen(SessionStore store) { // as after a restart of the process
 *         ((FileStore) store).close();
 *         return FileStore.at(((FileStore) store).path());
 *     }
 * }
 * }</pre>
 *
 * <p>A store that lives as long as its object returns {@code store} in {@code reopen}. The other methods of {@link StoreUnderTest}
 * are optional, and each of them lets more be tested: implement {@link StoreUnderTest#crash} if the store promises anything
 * about crashes, {@link StoreUnderTest#another} if two processes can share one place, and {@link
 * StoreUnderTest#failNextAppend} to see failures reported. Tests that would need a missing one are reported as aborted.
 *
 * <p>Each test makes stores of its own, so tests may run in any order and side by side. A store that is {@link AutoCloseable} is
 * closed after the test. To leave a test out, override it with {@code @Disabled} and the reason.
 */
public interface SessionStoreContract
        extends MessageContract,
                StateContract,
                ReceiptContract,
                AppendContract,
                DurabilityContract,
                OwnershipContract,
                ClientsContract,
                LookContract,
                DeletionContract,
                DemandContract,
                CancellationContract,
                FailureContract,
                VolumeContract {}
