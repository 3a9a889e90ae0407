// A lack of memory in the middle of a save.
#include "store_fixture.hpp"

#include <cstdlib>
#include <new>

namespace {

/// Of this thread: so many allocations work, then one does not. Negative: all do.
thread_local long until_failure = -1;

}  // namespace

void* operator new(std::size_t size) {
  if (until_failure >= 0 && until_failure-- == 0) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace ikewatch::store {
namespace {

class LackOfMemory : public StoreTest {
 protected:
  /// True where the save came to its end.
  static bool save_with(long allocations, Store& store, const Saved& saved) {
    until_failure = allocations;
    try {
      const auto done = store.save(saved, {}, at(1'700'000'000'000'000));
      until_failure = -1;
      return static_cast<bool>(done);
    } catch (const std::bad_alloc&) {
      return false;
    }
  }
};

TEST_F(LackOfMemory, WhereverItEndsASaveTheNextOneSavesEverything) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(saving(*store, sample(3)), "saved");
  std::string former = show(sample(3));
  long enough = 0;
  for (;; ++enough) {
    const Saved saved = sample(3, static_cast<std::uint64_t>(enough) + 1);
    if (save_with(enough, *store, saved)) break;
    ASSERT_EQ(loaded(*store), former) << "after " << enough << " allocations";
    ASSERT_EQ(saving(*store, saved), "saved");
    former = show(saved);
    ASSERT_EQ(loaded(*store), former) << "after " << enough << " allocations";
  }
  EXPECT_GT(enough, 50) << "too few to have met each table";
}

}  // namespace
}  // namespace ikewatch::store
