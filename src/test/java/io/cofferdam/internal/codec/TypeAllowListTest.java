package io.cofferdam.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class TypeAllowListTest {

  private static boolean allows(String pattern, Class<?> type) {
    return new TypeAllowList(List.of(pattern)).allows(type);
  }

  @Test
  void matchesAClassAndItsNestedClasses() {
    assertThat(allows("java.util.concurrent.TimeUnit", TimeUnit.class)).isTrue();
    assertThat(
            allows(
                "java.util.concurrent.ConcurrentMap", java.util.concurrent.ConcurrentHashMap.class))
        .isFalse();
    assertThat(allows("java.lang.Thread", Thread.State.class)).isTrue();
    assertThat(allows("java.lang.Thread$State", Thread.State.class)).isTrue();
    assertThat(allows("java.lang.Thread.State", Thread.State.class)).isTrue();
    assertThat(allows("java.lang.Thread", ThreadLocal.class)).isFalse();
    assertThat(allows("java.lang", Thread.class)).isFalse();
  }

  @Test
  void matchesAPackageWithoutOrWithThoseBelow() {
    assertThat(allows("java.util.concurrent.*", TimeUnit.class)).isTrue();
    assertThat(allows("java.util.concurrent.*", AtomicInteger.class)).isFalse();
    assertThat(allows("java.util.concurrent.**", AtomicInteger.class)).isTrue();
    assertThat(allows("java.util.concurrent.**", ReentrantLock.class)).isTrue();
    assertThat(allows("java.util.con.**", TimeUnit.class)).isFalse();
    assertThat(allows("java.util.concurrent.at.*", AtomicInteger.class)).isFalse();
    assertThat(allows("java.lang.*", Thread.State.class)).isTrue();
  }

  @Test
  void allowsTimesAndNoRulesOfTimeZones() throws Exception {
    TypeAllowList list = new TypeAllowList(List.of());
    assertThat(list.allows(Class.forName("java.time.Ser"))).isTrue();
    assertThat(list.allows(Class.forName("java.time.ZoneRegion"))).isTrue();
    assertThat(list.allows(Class.forName("java.time.zone.Ser"))).isFalse();
    assertThat(allows("java.time.zone.*", ZoneRules.class)).isTrue();
  }

  @Test
  void judgesArraysByTheirElements() {
    TypeAllowList list = new TypeAllowList(List.of());
    assertThat(list.allows(int[][].class)).isTrue();
    assertThat(list.allows(Map.Entry[].class)).isTrue();
    assertThat(list.allows(ArrayList[].class)).isTrue();
    assertThat(list.allows(Thread[].class)).isFalse();
  }
}
