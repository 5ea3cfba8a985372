package io.reactivemqtt.reactor;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Relays to a Server of TLS on loopback, and after so many of its records stalls or closes. */
final class CutRelay implements AutoCloseable {

    private final ServerSocket socket;
    private final int target;
    private final int records;
    private final boolean closes;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    private CutRelay(int target, int records, boolean closes) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.records = records;
        this.closes = closes;
        run(this::accept);
    }

    /** Lets {@code records} of the Server at {@code port} through; then closes, or says no more. */
    static CutRelay to(int port, int records, boolean closes) {
        try {
            return new CutRelay(port, records, closes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = socket.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(client);
            open.add(server);
            run(() -> copy(client.getInputStream(), server.getOutputStream()));
            run(() -> {
                copyRecords(new DataInputStream(server.getInputStream()), client.getOutputStream());
                if (closes) {
                    client.close();
                    server.close();
                }
            });
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        in.transferTo(out);
    }

    private void copyRecords(DataInputStream in, OutputStream out) throws IOException {
        for (int record = 0; record < records; record++) {
            byte[] header = new byte[5]; // type, version, length
            in.readFully(header);
            byte[] body = new byte[(header[3] & 0xFF) << 8 | (header[4] & 0xFF)];
            in.readFully(body);
            out.write(header);
            out.write(body);
            out.flush();
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void run(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (EOFException e) {
                        return; // the Server has ended before the cut
                    } catch (IOException e) {
                        return; // closed
                    }
                },
                "cut-relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
