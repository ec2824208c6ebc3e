package dev.tidemill.engine.torch;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.OptimizerSpec;
import java.util.List;
import java.util.Locale;

/**
 * Writes an optimizer update as TorchScript, because libtorch's fused kernels have no Java
 * bindings. All parameters are one flat tensor {@code p}, and all gradients are {@code g}. The
 * optimizer state is {@code s0}, {@code s1} … in the order of {@link OptimizerSpec#stateNames}.
 * {@code t} counts updates from 0.
 *
 * <p>Each tensor argument of {@code update} is a list of one tensor, which the caller creates. If
 * the script created the list, TorchScript would not notice writes to it, and would remove those
 * writes as dead code.
 */
final class UpdateScript implements OptimizerSpec.Visitor<String> {
  private final int states;

  private UpdateScript(int states) {
    this.states = states;
  }

  /** Returns the source of two functions: {@code clip} and {@code update}. */
  static String of(ModelSpec spec) {
    int states = spec.optimizer().stateNames().size();
    StringBuilder source = new StringBuilder("def clip(g: Tensor):\n");
    spec.training()
        .maxGradNorm()
        .ifPresent(
            max ->
                source.append(
                    line("norm = torch.linalg_vector_norm(g)")
                        + line("g.mul_(torch.clamp(%s / (norm + 1e-6), max=1.0))", max)));
    source.append(line("return 0")).append("def update(p: List[Tensor], g: List[Tensor]");
    for (int i = 0; i < states; i++) {
      source.append(", s").append(i).append(": List[Tensor]");
    }
    source.append(", lr: float, t: int):\n");
    source.append("    none: List[Tensor] = []\n");
    source.append(spec.optimizer().accept(new UpdateScript(states)));
    return source.append(line("return 0")).toString();
  }

  @Override
  public String sgd(OptimizerSpec.Sgd spec) {
    return line(
        "torch._fused_sgd_(p, g, %s, weight_decay=%s, momentum=%s, lr=lr, dampening=%s,"
            + " nesterov=%s, maximize=False, is_first_step=(t == 0))",
        spec.momentum() == 0 ? "none" : "s0",
        spec.weightDecay(),
        spec.momentum(),
        spec.dampening(),
        word(spec.nesterov()));
  }

  @Override
  public String adagrad(OptimizerSpec.Adagrad spec) {
    return step()
        + line(
            "torch._fused_adagrad_(p, g, s0, [step], lr=lr, lr_decay=%s, weight_decay=%s,"
                + " eps=%s, maximize=False)",
            spec.lrDecay(), spec.weightDecay(), spec.eps());
  }

  @Override
  public String adam(OptimizerSpec.Adam spec) {
    return step()
        + line(
            "torch._fused_adam_(p, g, s0, s1, %s, [step], lr=lr, beta1=%s, beta2=%s,"
                + " weight_decay=%s, eps=%s, amsgrad=%s, maximize=False)",
            largest(),
            spec.beta1(),
            spec.beta2(),
            spec.weightDecay(),
            spec.eps(),
            word(spec.amsgrad()));
  }

  @Override
  public String adamW(OptimizerSpec.AdamW spec) {
    return step()
        + line(
            "torch._fused_adamw_(p, g, s0, s1, %s, [step], lr=lr, beta1=%s, beta2=%s,"
                + " weight_decay=%s, eps=%s, amsgrad=%s, maximize=False)",
            largest(),
            spec.beta1(),
            spec.beta2(),
            spec.weightDecay(),
            spec.eps(),
            word(spec.amsgrad()));
  }

  /** Uses single operations, because libtorch has no fused RMSprop kernel. */
  @Override
  public String rmsprop(OptimizerSpec.Rmsprop spec) {
    List<String> names = spec.stateNames();
    StringBuilder source = new StringBuilder();
    if (spec.weightDecay() != 0) {
      source.append(line("g[0].add_(p[0], alpha=%s)", spec.weightDecay()));
    }
    source.append(
        line("s0[0].mul_(%s).addcmul_(g[0], g[0], value=%s)", spec.alpha(), 1 - spec.alpha()));
    if (spec.centered()) {
      String average = "s" + names.indexOf("grad_avg") + "[0]";
      source.append(line("%s.lerp_(g[0], %s)", average, 1 - spec.alpha()));
      source.append(
          line(
              "d = s0[0].addcmul(%s, %s, value=-1).sqrt_().add_(%s)",
              average, average, spec.eps()));
    } else {
      source.append(line("d = s0[0].sqrt().add_(%s)", spec.eps()));
    }
    if (spec.momentum() > 0) {
      source.append(line("s1[0].mul_(%s).addcdiv_(g[0], d)", spec.momentum()));
      source.append(line("p[0].add_(s1[0], alpha=-lr)"));
    } else {
      source.append(line("p[0].addcdiv_(g[0], d, value=-lr)"));
    }
    return source.toString();
  }

  private static String step() {
    return line("step = torch.full([1], float(t + 1), device=p[0].device)");
  }

  private String largest() {
    return states == 3 ? "s2" : "none";
  }

  private static String word(boolean value) {
    return value ? "True" : "False";
  }

  private static String line(String format, Object... arguments) {
    return "    " + String.format(Locale.ROOT, format, arguments) + "\n";
  }
}
