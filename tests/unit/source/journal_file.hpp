// Writes small journal files, so that the journal source can be tested where no journald runs. Only what readers need of the
// format (systemd.io/JOURNAL_FILE_FORMAT): no compression, no keyed hashes, one entry array.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ikewatch::source {

struct TestEntry {
  std::uint64_t number = 0;  // counts over all files of the directory
  std::uint64_t time = 0;    // microseconds since 1970
  std::vector<std::string> fields;
};

/// Bob Jenkins' lookup3 hashlittle2(), public domain, as the journal uses it.
class Lookup3 {
 public:
  static std::uint64_t hash(std::string_view text) {
    Lookup3 state(static_cast<std::uint32_t>(text.size()));
    for (; text.size() > 12; text.remove_prefix(12)) {
      state.add(text);
      state.mix();
    }
    if (!text.empty()) {
      state.add(text);
      state.finish();
    }
    return static_cast<std::uint64_t>(state.c_) << 32 | state.b_;
  }

 private:
  explicit Lookup3(std::uint32_t size) : a_(0xdeadbeef + size), b_(a_), c_(a_) {}

  void add(std::string_view text) {
    std::array<std::uint32_t, 3> words{};
    std::memcpy(words.data(), text.data(), std::min<std::size_t>(text.size(), sizeof words));
    a_ += words[0];
    b_ += words[1];
    c_ += words[2];
  }
  static void step(std::uint32_t& x, std::uint32_t& y, std::uint32_t z, int bits) {  // x -= y; x ^= rot(y); y += z
    x -= y;
    x ^= std::rotl(y, bits);
    y += z;
  }
  void mix() {
    step(a_, c_, b_, 4);
    step(b_, a_, c_, 6);
    step(c_, b_, a_, 8);
    step(a_, c_, b_, 16);
    step(b_, a_, c_, 19);
    step(c_, b_, a_, 4);
  }
  static void last(std::uint32_t& x, std::uint32_t y, int bits) {
    x ^= y;
    x -= std::rotl(y, bits);
  }
  void finish() {
    last(c_, b_, 14);
    last(a_, c_, 11);
    last(b_, a_, 25);
    last(c_, b_, 16);
    last(a_, c_, 4);
    last(b_, a_, 14);
    last(c_, b_, 24);
  }

  std::uint32_t a_, b_, c_;
};

class JournalFile {
 public:
  explicit JournalFile(const std::vector<TestEntry>& entries) {
    image_.assign(header_size, '\0');
    data_table_ = add_object(4, buckets * 16) + 16;
    field_table_ = add_object(5, buckets * 16) + 16;
    for (const auto& entry : entries) add_entry(entry);
    for (const auto& [text, data] : data_) index(data);
    const auto all = add_array(entries_);
    fill_header(entries, all);
  }

  /// Puts the file there in one step, as journald's rotation does.
  void write(const std::string& path) const {
    const auto draft = path + ".draft";
    std::ofstream(draft, std::ios::binary) << image_;
    std::filesystem::rename(draft, path);
  }

 private:
  static constexpr std::size_t header_size = 240;
  static constexpr std::size_t buckets = 16;

  struct Data {
    std::uint64_t offset = 0;
    std::uint64_t hash = 0;
    std::vector<std::uint64_t> entries;
  };

  void put(std::size_t at, std::uint64_t value) { std::memcpy(image_.data() + at, &value, sizeof value); }
  [[nodiscard]] std::uint64_t get(std::size_t at) const {
    std::uint64_t value = 0;
    std::memcpy(&value, image_.data() + at, sizeof value);
    return value;
  }

  /// Objects begin with type and size, and are padded to eight bytes.
  std::uint64_t add_object(char type, std::size_t content) {
    const auto offset = image_.size();
    image_.resize(offset + (16 + content + 7) / 8 * 8, '\0');
    image_[offset] = type;
    put(offset + 8, 16 + content);
    last_object_ = offset;
    ++objects_;
    return offset;
  }

  Data& data_for(const std::string& text) {
    auto& data = data_[text];
    if (data.offset != 0) return data;
    data.hash = Lookup3::hash(text);
    data.offset = add_object(1, 48 + text.size());
    put(data.offset + 16, data.hash);
    std::memcpy(image_.data() + data.offset + 64, text.data(), text.size());
    const auto bucket = data_table_ + data.hash % buckets * 16;
    if (get(bucket) == 0) put(bucket, data.offset);
    if (get(bucket + 8) != 0) put(get(bucket + 8) + 24, data.offset);
    put(bucket + 8, data.offset);
    return data;
  }

  void add_entry(const TestEntry& entry) {
    std::vector<Data*> items;
    for (const auto& field : entry.fields) items.push_back(&data_for(field));
    const auto offset = add_object(3, 48 + items.size() * 16);
    put(offset + 16, entry.number);
    put(offset + 24, entry.time);
    put(offset + 32, entry.number);  // monotonic
    image_.replace(offset + 40, 16, 16, 'b');
    std::uint64_t mixed = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      put(offset + 64 + i * 16, items[i]->offset);
      put(offset + 72 + i * 16, items[i]->hash);
      mixed ^= items[i]->hash;
      items[i]->entries.push_back(offset);
    }
    put(offset + 56, mixed);
    entries_.push_back(offset);
  }

  void index(const Data& data) {
    put(data.offset + 40, data.entries.front());
    put(data.offset + 56, data.entries.size());
    if (data.entries.size() > 1) put(data.offset + 48, add_array({data.entries.begin() + 1, data.entries.end()}));
  }

  std::uint64_t add_array(const std::vector<std::uint64_t>& offsets) {
    const auto array = add_object(6, 8 + offsets.size() * 8);
    for (std::size_t i = 0; i < offsets.size(); ++i) put(array + 24 + i * 8, offsets[i]);
    return array;
  }

  void fill_header(const std::vector<TestEntry>& entries, std::uint64_t all) {
    std::memcpy(image_.data(), "LPKSHHRH", 8);
    put(24, entries.front().number);  // file id, different for each file
    put(32, entries.front().time);
    image_.replace(40, 16, 16, 'm');  // machine
    image_.replace(56, 16, 16, 'b');  // boot
    image_.replace(72, 16, 16, 's');  // sequence numbers
    const auto& first = entries.front();
    const auto& final = entries.back();
    const std::array<std::uint64_t, 19> rest{header_size,
                                             image_.size() - header_size,
                                             data_table_,
                                             buckets * 16,
                                             field_table_,
                                             buckets * 16,
                                             last_object_,
                                             objects_,
                                             entries.size(),
                                             final.number,
                                             first.number,
                                             all,
                                             first.time,
                                             final.time,
                                             final.number,
                                             data_.size(),
                                             0,
                                             0,
                                             objects_ - 2 - data_.size() - entries.size()};
    for (std::size_t i = 0; i < rest.size(); ++i) put(88 + i * 8, rest[i]);
  }

  std::string image_;
  std::map<std::string, Data> data_;
  std::vector<std::uint64_t> entries_;
  std::uint64_t data_table_ = 0;
  std::uint64_t field_table_ = 0;
  std::uint64_t last_object_ = 0;
  std::uint64_t objects_ = 0;
};

}  // namespace ikewatch::source
