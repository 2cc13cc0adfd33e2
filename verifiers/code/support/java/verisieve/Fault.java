package verisieve;

/** Why a value cannot cross, or why bytes are none of the wire's. */
final class Fault extends RuntimeException {
    Fault(String message) {
        super(message);
    }
}
