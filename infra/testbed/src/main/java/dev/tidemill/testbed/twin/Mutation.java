package dev.tidemill.testbed.twin;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** A change of one method's bytecode. */
@FunctionalInterface
public interface Mutation {

  /** Changes the method; returns false if there is nothing to change. */
  boolean apply(MethodNode method);

  /** The method does not take its object's monitor. */
  static Mutation unsynchronized() {
    return method -> {
      boolean before = (method.access & Opcodes.ACC_SYNCHRONIZED) != 0;
      method.access &= ~Opcodes.ACC_SYNCHRONIZED;
      return before;
    };
  }

  /** The method does not call another one, which returns false, 0 or null instead. */
  static Mutation without(String call) {
    return method ->
        replaceAll(
            method,
            node -> node instanceof MethodInsnNode called && called.name.equals(call),
            node -> result((MethodInsnNode) node));
  }

  /** The method does not call another one, as if that had returned true. */
  static Mutation always(String call) {
    return method ->
        replaceAll(
            method,
            node ->
                node instanceof MethodInsnNode called
                    && called.name.equals(call)
                    && called.desc.endsWith(")Z"),
            node -> {
              InsnList code = dropped((MethodInsnNode) node);
              code.add(new InsnNode(Opcodes.ICONST_1));
              return code;
            });
  }

  /**
   * The method waits for a notification without a time limit. This is no bug, but a model: Lincheck
   * lets each timed wait end at once, with the monitor held, so that nobody could notify.
   */
  static Mutation untimed() {
    return method ->
        replaceAll(
            method,
            node ->
                node instanceof MethodInsnNode called
                    && called.name.equals("wait")
                    && called.desc.equals("(J)V"),
            node -> {
              InsnList wait = new InsnList();
              wait.add(new InsnNode(Opcodes.POP2));
              wait.add(
                  new MethodInsnNode(
                      Opcodes.INVOKEVIRTUAL, "java/lang/Object", "wait", "()V", false));
              return wait;
            });
  }

  /**
   * The method's polls of queues end at once if there is nothing. This is no bug, but a model of a
   * short time limit: Lincheck stops the clock, so a timed poll would never end.
   */
  static Mutation instantPolls() {
    return method ->
        replaceAll(
            method,
            node ->
                node instanceof MethodInsnNode called
                    && called.name.equals("poll")
                    && called.desc.equals("(JLjava/util/concurrent/TimeUnit;)Ljava/lang/Object;"),
            node -> {
              InsnList poll = new InsnList();
              poll.add(new InsnNode(Opcodes.POP));
              poll.add(new InsnNode(Opcodes.POP2));
              poll.add(
                  new MethodInsnNode(
                      Opcodes.INVOKEINTERFACE,
                      "java/util/Queue",
                      "poll",
                      "()Ljava/lang/Object;",
                      true));
              return poll;
            });
  }

  /** The method goes on as if two references that it compares were the same. */
  static Mutation withoutComparison() {
    return method ->
        replaceAll(
            method,
            node -> node.getOpcode() == Opcodes.IF_ACMPNE,
            node -> {
              InsnList both = new InsnList();
              both.add(new InsnNode(Opcodes.POP2));
              return both;
            });
  }

  /** The method reads a field, which is one operand of {@code &&}, after the next operand. */
  static Mutation readLater(String field) {
    return method -> {
      for (AbstractInsnNode node : method.instructions) {
        if (node instanceof FieldInsnNode read
            && read.getOpcode() == Opcodes.GETFIELD
            && read.name.equals(field)
            && read.getNext() instanceof JumpInsnNode check) {
          return moveAfterNextCheck(method.instructions, read, check);
        }
      }
      return false;
    };
  }

  private static boolean moveAfterNextCheck(InsnList code, FieldInsnNode read, JumpInsnNode check) {
    AbstractInsnNode self = read.getPrevious();
    @Nullable AbstractInsnNode next = check.getNext();
    while (next != null && !(next instanceof JumpInsnNode)) {
      next = next.getNext();
    }
    if (next == null) {
      return false;
    }
    for (AbstractInsnNode moved : new AbstractInsnNode[] {check, read, self}) {
      code.remove(moved);
      code.insert(next, moved);
    }
    return true;
  }

  /** Returns instructions that drop a call's arguments. */
  private static InsnList dropped(MethodInsnNode call) {
    InsnList code = new InsnList();
    Type[] arguments = Type.getArgumentTypes(call.desc);
    for (int i = arguments.length - 1; i >= 0; i--) {
      code.add(new InsnNode(arguments[i].getSize() == 2 ? Opcodes.POP2 : Opcodes.POP));
    }
    if (call.getOpcode() != Opcodes.INVOKESTATIC) {
      code.add(new InsnNode(Opcodes.POP));
    }
    return code;
  }

  /** Returns instructions that drop a call's arguments and yield a default result. */
  private static InsnList result(MethodInsnNode call) {
    InsnList code = dropped(call);
    switch (Type.getReturnType(call.desc).getSort()) {
      case Type.VOID -> {}
      case Type.LONG -> code.add(new InsnNode(Opcodes.LCONST_0));
      case Type.FLOAT -> code.add(new InsnNode(Opcodes.FCONST_0));
      case Type.DOUBLE -> code.add(new InsnNode(Opcodes.DCONST_0));
      case Type.OBJECT, Type.ARRAY -> code.add(new InsnNode(Opcodes.ACONST_NULL));
      default -> code.add(new InsnNode(Opcodes.ICONST_0));
    }
    return code;
  }

  private static boolean replaceAll(
      MethodNode method,
      Predicate<AbstractInsnNode> which,
      Function<AbstractInsnNode, InsnList> by) {
    boolean changed = false;
    for (AbstractInsnNode node : method.instructions.toArray()) {
      if (which.test(node)) {
        method.instructions.insertBefore(node, by.apply(node));
        method.instructions.remove(node);
        changed = true;
      }
    }
    return changed;
  }
}
