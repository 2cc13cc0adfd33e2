package verisieve;

import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Frames over the socket to the other box, one after the other: see harness/encode.py. */
final class Frames {
    static final int MAX = 16 << 20; // bytes of one message

    /** One message. */
    record Frame(char kind, byte[] payload) {}

    private final DataInputStream input;
    private final FileOutputStream output;

    Frames() throws ReflectiveOperationException {
        var maker = FileDescriptor.class.getDeclaredConstructor(int.class);
        maker.setAccessible(true);
        FileDescriptor socket = maker.newInstance(3);
        input = new DataInputStream(new FileInputStream(socket));
        output = new FileOutputStream(socket);
    }

    void send(char kind, byte[] payload) throws IOException {
        if (payload.length >= MAX) throw new Fault("message too large");
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 5);
        frame.putInt(payload.length + 1).put((byte) kind).put(payload);
        output.write(frame.array());
    }

    /** The next message; an EOFException where the other end hung up. */
    Frame receive() throws IOException {
        int size = input.readInt();
        if (size < 1 || size > MAX) throw new Fault("frame of impossible size");
        byte kind = input.readByte();
        byte[] payload = new byte[size - 1];
        input.readFully(payload);
        return new Frame((char) kind, payload);
    }
}
