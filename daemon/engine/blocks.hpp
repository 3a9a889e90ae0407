// A list that only grows, whose elements stay where they are. Role: std::deque with blocks of a size that suits large elements:
// it has one node for each, which is one load more on the way to every element, and memory all over the heap. Ownership: owns its
// elements. Threads: one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace ikewatch::engine {

template <class Element, std::size_t block_size>
class Blocks {
 public:
  /// A fresh element at the end.
  Element& add() {
    if (size_ % block_size == 0) blocks_.push_back(std::make_unique<Block>());
    return (*this)[size_++];
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  Element& operator[](std::size_t i) { return (*blocks_[i / block_size])[i % block_size]; }
  const Element& operator[](std::size_t i) const { return (*blocks_[i / block_size])[i % block_size]; }

 private:
  using Block = std::array<Element, block_size>;

  std::vector<std::unique_ptr<Block>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace ikewatch::engine
