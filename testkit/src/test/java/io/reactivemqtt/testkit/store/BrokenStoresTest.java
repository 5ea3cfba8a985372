package io.reactivemqtt.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract finds each fault of {@link BrokenStores} and {@link MisbehavingStores}, by the test whose name says it. */
@Tag("once")
class BrokenStoresTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void faultIsFound(Class<?> store, String test) {
        assertThat(failedTests(store)).contains(test);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments(BrokenStores.ForgetsIncoming.class, "incomingIdentifiersAreKeptInTheirOrder"),
                arguments(BrokenStores.ForgetsUnassigned.class, "unassignedMessageWaitsAgainAtItsOldPlace"),
                arguments(BrokenStores.ForgetsCompleted.class, "completedMessagesAreGoneInWhateverOrderTheyComplete"),
                arguments(BrokenStores.ForgetsReceipts.class, "receiptTakesThePlaceOfAMessageInFlight"),
                arguments(BrokenStores.ForgetsAcknowledgedReceipts.class, "acknowledgedReceiptIsGone"),
                arguments(BrokenStores.ForgetsReleased.class, "releasedMessagesAreRecoveredBeforeAllOthers"),
                arguments(BrokenStores.ForgetsRemovedSubscriptions.class, "removedSubscriptionIsGone"),
                arguments(BrokenStores.ForgetsDiscarded.class, "discardedSessionLeavesOnlyTheReservedSequences"),
                arguments(BrokenStores.LosesTheTailOfAnAppend.class, "largeAppendSurvivesACrashWhole"),
                arguments(BrokenStores.ReversesAnAppend.class, "changesOfOneAppendAreAppliedInTheirOrder"),
                arguments(BrokenStores.LosesUserProperties.class, "userPropertiesAreKeptInOrderAndWithDuplicates"),
                arguments(BrokenStores.KeepsSequencesAsInt.class, "sequencesAreKeptUpToTheHighest"),
                arguments(
                        BrokenStores.RecoversReleasedBySequence.class,
                        "releasedMessagesAreRecoveredInTheOrderOfTheirRelease"),
                arguments(BrokenStores.RecoversIncomingByIdentifier.class, "incomingIdentifiersAreKeptInTheirOrder"),
                arguments(
                        BrokenStores.RecoversReservedSequencesLast.class,
                        "kindsAreRecoveredInTheirOrderWhateverTheOrderOfTheirAppends"),
                arguments(BrokenStores.MovesReplacedSubscriptionsToTheEnd.class, "replacedSubscriptionStaysAtItsPlace"),
                arguments(
                        BrokenStores.DiscardsReservedSequences.class, "discardedSessionLeavesOnlyTheReservedSequences"),
                arguments(BrokenStores.ForgetsWhatWasRecovered.class, "recoveryChangesNothing"),
                arguments(BrokenStores.CompletesBeforeItIsDurable.class, "completedAppendSurvivesACrash"),
                arguments(BrokenStores.TearsTheLastAppendInACrash.class, "largeAppendSurvivesACrashWhole"),
                arguments(BrokenStores.LosesAllInARestart.class, "restartWithoutCloseLosesNothing"),
                arguments(BrokenStores.KeepsHalfOfAFailedAppend.class, "failedAppendIsThereWhollyOrNotAtAll"),
                arguments(BrokenStores.StaysBrokenAfterAFailure.class, "nextOwnerAppendsAfterAFailure"),
                arguments(MisbehavingStores.LetsEveryOwnerAppend.class, "earlierOwnerIsRefusedAndChangesNothing"),
                arguments(MisbehavingStores.RefusesButWrites.class, "earlierOwnerIsRefusedAndChangesNothing"),
                arguments(
                        MisbehavingStores.LetsAnyoneAppendAfterClose.class,
                        "earlierOwnerIsRefusedAfterTheLaterOneHasClosed"),
                arguments(
                        MisbehavingStores.EndsTheLaterOwnerWhenAnEarlierCloses.class,
                        "closeOfAnEarlierOwnerLeavesTheLaterOneAlone"),
                arguments(MisbehavingStores.KnowsOwnersOfItsOwnProcessOnly.class, "ownerInAnotherProcessTakesOver"),
                arguments(MisbehavingStores.TakesOverWhenItPeeks.class, "peekTakesNothingOver"),
                arguments(MisbehavingStores.MakesASessionWhenItPeeks.class, "peekOfNothingIsEmptyAndMakesNothing"),
                arguments(MisbehavingStores.PeeksWithoutDemand.class, "slowPeekDisturbsNobodyAndEmitsOnDemand"),
                arguments(MisbehavingStores.PeeksOnceForAllSubscribers.class, "peekIsDoneAnewForEachSubscription"),
                arguments(MisbehavingStores.ListsAllNamespaces.class, "sessionsOfOtherNamespacesAreNotListed"),
                arguments(
                        MisbehavingStores.ListsSessionsOfWhichNothingIsLeft.class, "sessionWithNothingInItIsNotListed"),
                arguments(MisbehavingStores.DeletesAndLetsTheOwnerAppend.class, "ownerOfADeletedSessionIsRefused"),
                arguments(MisbehavingStores.DeletesAllButTheReservedSequences.class, "deletedSessionLeavesNothing"),
                arguments(
                        MisbehavingStores.DeletesBeforeItIsSubscribed.class,
                        "deletionThatNobodySubscribesToDeletesNothing"),
                arguments(MisbehavingStores.KnowsNoNamespaces.class, "sameClientIdentifierInTwoNamespacesIsTwoClients"),
                arguments(
                        MisbehavingStores.RunsNamespaceAndClientTogether.class,
                        "namespaceAndClientIdentifierDoNotRunTogether"),
                arguments(MisbehavingStores.HasOneClientOnly.class, "clientsDoNotMix"),
                arguments(MisbehavingStores.IgnoresCaseOfClients.class, "oddClientIdentifiersAreAllDifferentClients"),
                arguments(MisbehavingStores.StripsClients.class, "oddClientIdentifiersAreAllDifferentClients"),
                arguments(MisbehavingStores.ComposesClients.class, "oddClientIdentifiersAreAllDifferentClients"),
                arguments(MisbehavingStores.CutsLongClients.class, "longestClientIdentifiersAreDifferentClients"),
                arguments(
                        MisbehavingStores.AppendsBeforeItIsSubscribed.class, "appendThatNobodySubscribesToDoesNothing"),
                arguments(
                        MisbehavingStores.TakesOverBeforeItIsSubscribed.class,
                        "openThatNobodySubscribesToTakesNothingOver"),
                arguments(
                        MisbehavingStores.ClosesBeforeItIsSubscribed.class,
                        "closeThatNobodySubscribesToGivesNothingUp"),
                arguments(MisbehavingStores.AppendsOnceForAllSubscribers.class, "appendIsDoneOnceForEachSubscription"),
                arguments(MisbehavingStores.OpensOnceForAllSubscribers.class, "openIsDoneOnceForEachSubscription"),
                arguments(MisbehavingStores.SwallowsFailedAppends.class, "failureReachesWhoeverAppended"),
                arguments(MisbehavingStores.CompletesAnAppendOnDemandOnly.class, "appendCompletesWithoutDemand"),
                arguments(MisbehavingStores.CompletesAnAppendTwice.class, "appendEmitsNoElement"),
                arguments(
                        MisbehavingStores.BlocksItsSubscriberUntilItRequests.class,
                        "subscribeOfRecoverReturnsWithoutDemand"),
                arguments(MisbehavingStores.RecoversWithoutDemand.class, "recoveryWithoutDemandEmitsNothing"),
                arguments(MisbehavingStores.RecoversByRecursion.class, "requestFromWithinASignalDoesNotPileUpTheStack"),
                arguments(MisbehavingStores.RecoversAlthoughCancelled.class, "recoveryCancelledFromWithinASignalStops"),
                arguments(MisbehavingStores.AllowsRequestOfNothing.class, "requestOfNothingFailsTheRecovery"));
    }

    @Test
    void everyBrokenStoreIsTried() {
        assertThat(faults().map(fault -> fault.get()[0]))
                .containsExactlyInAnyOrderElementsOf(Stream.of(BrokenStores.class, MisbehavingStores.class)
                        .flatMap(stores -> Arrays.stream(stores.getDeclaredClasses()))
                        .filter(store -> !Modifier.isAbstract(store.getModifiers()))
                        .toList());
    }

    private static Set<String> failedTests(Class<?> store) {
        Set<String> failed = new TreeSet<>();
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(store)).execute().testEvents().failed().stream()
                .map(event -> event.getTestDescriptor().getSource().orElseThrow())
                .forEach(source -> failed.add(
                        ((org.junit.platform.engine.support.descriptor.MethodSource) source).getMethodName()));
        return failed;
    }
}
