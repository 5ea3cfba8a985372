package io.reactivemqtt.reactor;

import io.reactivemqtt.testsupport.TestAuthority;
import io.reactivemqtt.testsupport.TestAuthority.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A Server that speaks TLS with the certificate of a test's choice, answers CONNECT of MQTT 5.0, and counts what it hears. */
final class TlsServer implements AutoCloseable {

    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};
    private static final int PATIENCE_SECONDS = 20;

    private final SSLServerSocket socket;
    private final AtomicInteger applicationBytes = new AtomicInteger();
    private final Set<Long> sessionsCreatedAt = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Accepted> accepted = new LinkedBlockingQueue<>();
    private final AtomicInteger speakers = new AtomicInteger();
    private final List<Thread> serving = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private TlsServer(SSLServerSocket socket) {
        this.socket = socket;
        Thread thread = new Thread(this::serve, "tls-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts one that shows {@code certificate}. */
    static TlsServer start(Issued certificate) {
        return start(certificate, null, parameters -> {});
    }

    /** Starts one that wants a certificate of {@code clients}, and is changed by {@code changes}. */
    static TlsServer start(Issued certificate, @Nullable TestAuthority clients, Consumer<SSLServerSocket> changes) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(certificate), clients == null ? null : trusting(clients), null);
            SSLServerSocket socket = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            socket.setNeedClientAuth(clients != null);
            changes.accept(socket);
            return new TlsServer(socket);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyManager[] keys(Issued certificate) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("key", certificate.key(), new char[0], certificate.chain());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static javax.net.ssl.TrustManager[] trusting(TestAuthority authority)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority.certificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    int port() {
        return socket.getLocalPort();
    }

    URI uri(String host) {
        return URI.create("mqtts://" + host + ":" + port());
    }

    /** Returns how many bytes of anything but TLS it has heard, over all connections. */
    int applicationBytes() {
        return applicationBytes.get();
    }

    /** Waits until all connections have ended, and returns on how many of them it has heard anything but TLS. */
    int speakers() throws InterruptedException {
        for (Thread each : serving) {
            each.join(PATIENCE_SECONDS * 1000L);
        }
        return speakers.get();
    }

    /** Returns how many sessions it has made; one that is resumed keeps the time at which it was made. */
    int sessionsMade() {
        return sessionsCreatedAt.size();
    }

    /** Waits for a connection that was accepted with CONNACK. */
    Accepted accepted() throws InterruptedException {
        Accepted next = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nobody has connected");
        }
        return next;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                SSLSocket connection = (SSLSocket) socket.accept();
                open.add(connection);
                Thread thread = new Thread(() -> serve(connection), "tls-connection");
                thread.setDaemon(true);
                serving.add(thread);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(SSLSocket connection) {
        try (connection) {
            connection.startHandshake();
            sessionsCreatedAt.add(connection.getSession().getCreationTime());
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            byte[] buffer = new byte[4096];
            boolean answered = false;
            boolean speaks = false;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!speaks) {
                    speaks = true;
                    speakers.incrementAndGet();
                }
                applicationBytes.addAndGet(count);
                if (!answered && (buffer[0] & 0xF0) == 0x10) {
                    answered = true;
                    out.write(CONNACK);
                    out.flush();
                    accepted.add(new Accepted(connection, clientCertificate(connection)));
                }
            }
        } catch (IOException e) {
            return; // the client has ended it, as many a test wants
        }
    }

    private static @Nullable X509Certificate clientCertificate(SSLSocket connection) {
        try {
            Certificate[] shown = connection.getSession().getPeerCertificates();
            return (X509Certificate) shown[0];
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : open) {
            connection.close();
        }
    }

    /** A connection that was accepted, and the certificate that the client has shown. */
    record Accepted(SSLSocket connection, @Nullable X509Certificate clientCertificate) {
        void end() throws IOException {
            connection.close();
        }
    }
}
