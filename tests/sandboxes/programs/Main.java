import java.util.*;

public class Main {
    public static void main(String[] args) throws Exception {
        Scanner in = new Scanner(System.in);
        String word = in.next(), what = in.next();
        List<byte[]> kept = new ArrayList<>();
        if (word.equals("hello")) System.out.println("hello " + what);
        while (word.equals("loop")) ;
        while (word.equals("bomb")) {
            kept.add(new byte[1 << 20]);
            Arrays.fill(kept.get(kept.size() - 1), (byte) 1);
        }
        if (word.equals("spawn")) {
            new ProcessBuilder("/bin/sleep", what).start();
            System.out.println("spawned");
        }
    }
}
