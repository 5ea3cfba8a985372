package io.reactivemqtt;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ConnectPreparation;
import io.reactivemqtt.client.CredentialsProvider;
import io.reactivemqtt.client.ScramSha256;
import io.reactivemqtt.client.ServerCertificateCheck;
import io.reactivemqtt.client.SessionOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Each package knows only those before it, and none knows the world: no I/O, no threads, no clock. */
@AnalyzeClasses(packages = "io.reactivemqtt", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.reactivemqtt";
    private static final String CHECK = "io.reactivemqtt.check";
    private static final String EXCEPTION = "io.reactivemqtt.exception";
    private static final String CLIENT = "io.reactivemqtt.client";
    private static final String PUBLISHER = "io.reactivemqtt.publisher";
    private static final String PACKET = "io.reactivemqtt.packet";
    private static final String CODEC = "io.reactivemqtt.codec";
    private static final String TOPIC = "io.reactivemqtt.topic";
    private static final String STORE = "io.reactivemqtt.store";
    private static final String SESSION = "io.reactivemqtt.session";

    @ArchTest
    static final ArchRule checksKnowNobody = knows(CHECK);

    @ArchTest
    static final ArchRule publishersKnowNobody = knows(PUBLISHER);

    @ArchTest
    static final ArchRule wordsKnowChecks = knows(ROOT, CHECK);

    @ArchTest
    static final ArchRule exceptionsKnowWords = knows(EXCEPTION, CHECK, ROOT);

    @ArchTest
    static final ArchRule packetsKnowWords = knows(PACKET, CHECK, ROOT);

    @ArchTest
    static final ArchRule codecKnowsPackets = knows(CODEC, CHECK, ROOT, EXCEPTION, PACKET);

    @ArchTest
    static final ArchRule topicsKnowWords = knows(TOPIC, CHECK, ROOT, PACKET);

    @ArchTest
    static final ArchRule storeKnowsTheStoredFormOfAMessage =
            knows(STORE, CHECK, ROOT, EXCEPTION, PACKET, CODEC, PUBLISHER);

    @ArchTest
    static final ArchRule whatEveryFaceSharesKnowsTheStore =
            knows(CLIENT, CHECK, ROOT, EXCEPTION, PACKET, STORE, PUBLISHER);

    @ArchTest
    static final ArchRule sessionKnowsPacketsStoreAndOptions =
            knows(SESSION, CHECK, ROOT, EXCEPTION, PACKET, STORE, CLIENT);

    @ArchTest
    static final ArchRule everyPackageHasItsPlace = classes()
            .should()
            .resideInAnyPackage(ROOT, CHECK, EXCEPTION, CLIENT, PACKET, CODEC, TOPIC, STORE, SESSION, PUBLISHER)
            .because("a new package needs its rule here");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.reactivemqtt.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingKnowsTheNetwork = noClasses()
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("java.net..", "javax.net..", "java.nio.channels..", "java.nio.file..")
                            .and(not(
                                    belongToAnyOf( // which name a Server or a file, and reach none
                                            URI.class, URISyntaxException.class, Path.class, Path[].class))));

    @ArchTest
    static final ArchRule nothingKnowsAReactiveLibrary =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("reactor..", "io.netty..", "io.reactivex..");

    @ArchTest
    static final ArchRule onlyWhatTheApplicationImplementsSpeaksPublisher = noClasses()
            .that()
            .resideOutsideOfPackages(STORE, PUBLISHER)
            .and()
            .doNotBelongToAnyOf(
                    ServerCertificateCheck.class,
                    CredentialsProvider.class,
                    ConnectPreparation.class,
                    Authenticator.class,
                    AuthenticationExchange.class,
                    ScramSha256.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.reactivestreams..");

    @ArchTest
    static final ArchRule nothingKnowsThreads = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("java.util.concurrent..")
                    .and(not(belongToAnyOf(TimeUnit.class, ThreadLocalRandom.class)))) // units are no threads
            .orShould()
            .dependOnClassesThat(belongToAnyOf(Thread.class, ThreadLocal.class));

    @ArchTest
    static final ArchRule onlyTheOptionsRollDice = noClasses()
            .that()
            .areNotAssignableTo(SessionOptions.Builder.class) // it makes up a Client Identifier
            .and()
            .areNotAssignableTo(ScramSha256.class) // and a nonce
            .should()
            .dependOnClassesThat(belongToAnyOf(ThreadLocalRandom.class, Random.class, SecureRandom.class));

    @ArchTest
    static final ArchRule nothingReadsAClock = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .dependOnClassesThat(belongToAnyOf(Clock.class));

    private static ArchRule knows(String reader, String... known) {
        return noClasses()
                .that()
                .resideInAPackage(reader)
                .should()
                .dependOnClassesThat(resideInAPackage("io.reactivemqtt..")
                        .and(not(resideInAPackage(reader)))
                        .and(not(resideInAnyPackage(known))));
    }
}
