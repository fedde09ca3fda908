package io.cofferdam;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.cofferdam.testkit.database.DatabaseServer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Which test is which can be told by its name and its tags. */
@AnalyzeClasses(packages = "io.cofferdam", importOptions = TestSuiteTest.Tests.class)
class TestSuiteTest {

  /** The classes of the tests, and those of the testkit. */
  static final class Tests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return location.contains("/io/cofferdam/testkit/") || ONLY_TESTS.includes(location);
    }
  }

  /** Builds executors that are refused before a process is started. */
  private static final String REFUSED = "io.cofferdam.functional.start.BadInputTest";

  private static final ImportOption ONLY_TESTS = new ImportOption.OnlyIncludeTests();

  private static final DescribedPredicate<JavaClass> TEST =
      DescribedPredicate.describe("are tests", TestSuiteTest::isTest);

  @ArchTest
  static final ArchRule testsThatStartProcessesHaveTheTag =
      classes().that(TEST).should(haveTheTagIfTheyStartProcesses());

  @ArchTest
  static final ArchRule whatLooksLikeATestIsOne =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .haveSimpleNameEndingWith("Test")
          .should()
          .notHaveModifier(JavaModifier.ABSTRACT);

  private static boolean isTest(JavaClass type) {
    return !type.getModifiers().contains(JavaModifier.ABSTRACT)
        && type.getAllMethods().stream()
            .anyMatch(
                method ->
                    method.isAnnotatedWith(Test.class)
                        || method.isMetaAnnotatedWith(Testable.class));
  }

  private static ArchCondition<JavaClass> haveTheTagIfTheyStartProcesses() {
    return new ArchCondition<>("have the tag \"process\" if they start processes") {
      @Override
      public void check(JavaClass test, ConditionEvents events) {
        if (!hasTag(test.reflect())) {
          String way = wayToProcesses(test);
          if (!way.isEmpty()) {
            events.add(SimpleConditionEvent.violated(test, test.getName() + " lacks it: " + way));
          }
        }
      }
    };
  }

  /** JUnit takes the tags of superclasses and of enclosing classes. */
  private static boolean hasTag(Class<?> test) {
    boolean own =
        AnnotationSupport.findRepeatableAnnotations(test, Tag.class).stream()
            .anyMatch(tag -> tag.value().equals("process"));
    return own || (test.getEnclosingClass() != null && hasTag(test.getEnclosingClass()));
  }

  /** Returns the first dependency found that starts a process, or an empty text. */
  private static String wayToProcesses(JavaClass test) {
    Set<JavaClass> seen = new HashSet<>(Set.of(test));
    Deque<JavaClass> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      JavaClass next = open.remove();
      for (Dependency dependency : next.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (target.isEquivalentTo(DatabaseServer.class)) {
          return dependency.getDescription();
        }
        if (isOfTheTests(target) && seen.add(target)) {
          open.add(target);
        }
      }
      Optional<JavaMethodCall> start =
          next.getMethodCallsFromSelf().stream().filter(TestSuiteTest::startsProcess).findAny();
      if (start.isPresent()) {
        return start.get().getDescription();
      }
    }
    return "";
  }

  private static boolean startsProcess(JavaMethodCall call) {
    JavaClass owner = call.getTargetOwner();
    return (owner.isEquivalentTo(ProcessBuilder.class) && call.getName().equals("start"))
        || (owner.isEquivalentTo(TransactionExecutorBuilder.class)
            && call.getName().equals("build")
            && !call.getOriginOwner().getName().startsWith(REFUSED));
  }

  private static boolean isOfTheTests(JavaClass type) {
    return type.getSource()
        .map(source -> new Tests().includes(Location.of(source.getUri())))
        .orElse(false);
  }
}
