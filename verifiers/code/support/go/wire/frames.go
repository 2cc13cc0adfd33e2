package wire

import (
	"encoding/binary"
	"io"
	"os"
)

// Conn is the socket to the other box: one frame after the other.
type Conn struct {
	file *os.File
}

// Open takes the socket over from the program that started this one.
func Open() *Conn { return &Conn{file: os.NewFile(3, "socket")} }

// Send writes one frame.
func (conn *Conn) Send(kind byte, payload []byte) error {
	if len(payload) >= maxFrame {
		return Fault("message too large")
	}
	frame := make([]byte, 5, 5+len(payload))
	binary.BigEndian.PutUint32(frame, uint32(len(payload)+1))
	frame[4] = kind
	_, err := conn.file.Write(append(frame, payload...))
	return err
}

// Receive reads one frame: its kind and its payload.
func (conn *Conn) Receive() (kind byte, payload []byte, err error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(conn.file, head); err != nil {
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head)
	if size < 1 || size > maxFrame {
		return 0, nil, Fault("frame of impossible size")
	}
	frame := make([]byte, size)
	if _, err := io.ReadFull(conn.file, frame); err != nil {
		return 0, nil, err
	}
	return frame[0], frame[1:], nil
}

// Close hangs up.
func (conn *Conn) Close() error { return conn.file.Close() }
