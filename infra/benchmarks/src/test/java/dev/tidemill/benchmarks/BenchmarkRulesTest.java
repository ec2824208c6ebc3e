package dev.tidemill.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import dev.tidemill.engine.dl4j.plan.PlanReport;
import org.junit.jupiter.api.Test;

/** The module rules of docs/architecture.md about this module. */
class BenchmarkRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.tidemill");

  @Test
  void nothingDependsOnTheBenchmarks() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tidemill.benchmarks..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.benchmarks..")
        .check(CLASSES);
  }

  @Test
  void theFrameworkKnowsNoBenchmark() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.benchmarks")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.tidemill.benchmarks.*..")
        .check(CLASSES);
  }

  /** Besides the engine, only the peer that stands for its users' programs uses Deeplearning4j. */
  @Test
  void onlyThePeerUsesDeeplearning4j() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.benchmarks..")
        .and()
        .haveSimpleNameNotStartingWith("StockDl4j")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
        .check(CLASSES);
  }

  /** Benchmarks use plan reports, and natives for that peer, of the engine's internals. */
  @Test
  void usesOnlyPlansAndNativesOfTheEnginesInternals() {
    noClasses()
        .that()
        .resideInAPackage("dev.tidemill.benchmarks..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.tidemill.engine.dl4j.*..")
                .and(not(belongToAnyOf(PlanReport.class, NativeLibraries.class))))
        .check(CLASSES);
  }
}
