#include "objects.hpp"

#include <ikewatch/dbus/names.hpp>

#include <cstdlib>
#include <cstring>

namespace ikewatch::dbus {
namespace {

/// Of one turn.
constexpr std::size_t rows_in_a_turn = 500;
constexpr std::size_t signals_in_a_turn = 200;
/// What may lie in the queue of the bus before the rest waits.
constexpr std::uint64_t longest_queue = 1000;
constexpr std::size_t most_listings = 64;

const Row& row_at(void* found) { return *static_cast<const Row*>(found); }

int append(sd_bus_message& message, const Row& row, Property property) {
  const auto text = [&](const std::string& value) { return sd_bus_message_append(&message, "s", value.c_str()); };
  switch (property) {
    case Property::gateway:
      return text(row.gateway);
    case Property::name:
      return text(row.name);
    case Property::peer:
      return text(row.peer);
    case Property::dialect:
      return text(row.dialect);
    case Property::state:
      return text(std::string(tunnel::name_of(row.state)));
    case Property::up:
      return sd_bus_message_append(&message, "b", row.up() ? 1 : 0);
    case Property::flapping:
      return sd_bus_message_append(&message, "b", row.flapping ? 1 : 0);
    case Property::cause:
      return text(row.cause);
    case Property::since:
      return sd_bus_message_append(&message, "t", row.since);
  }
  return -EINVAL;
}

const char* type_of(Property property) {
  if (property == Property::up || property == Property::flapping) return "b";
  return property == Property::since ? "t" : "s";
}

/// `a{sv}`
int append(sd_bus_message& message, const Row& row, PropertySet set) {
  int result = sd_bus_message_open_container(&message, 'a', "{sv}");
  for (std::size_t i = 0; i < properties && result >= 0; ++i) {
    const auto property = static_cast<Property>(i);
    if ((set & bit(property)) == 0) continue;
    result = sd_bus_message_open_container(&message, 'e', "sv");
    if (result >= 0) result = sd_bus_message_append(&message, "s", name_of(property));
    if (result >= 0) result = sd_bus_message_open_container(&message, 'v', type_of(property));
    if (result >= 0) result = append(message, row, property);
    if (result >= 0) result = sd_bus_message_close_container(&message);
    if (result >= 0) result = sd_bus_message_close_container(&message);
  }
  return result < 0 ? result : sd_bus_message_close_container(&message);
}

/// `oa{sa{sv}}`
int append_object(sd_bus_message& message, const std::string& path, const Row& row) {
  int result = sd_bus_message_append(&message, "o", path.c_str());
  if (result >= 0) result = sd_bus_message_open_container(&message, 'a', "{sa{sv}}");
  if (result >= 0) result = sd_bus_message_open_container(&message, 'e', "sa{sv}");
  if (result >= 0) result = sd_bus_message_append(&message, "s", tunnel_interface);
  if (result >= 0) result = append(message, row, all_properties);
  if (result >= 0) result = sd_bus_message_close_container(&message);
  return result < 0 ? result : sd_bus_message_close_container(&message);
}

template <Property property>
int get(sd_bus* /*bus*/, const char* /*path*/, const char* /*interface*/, const char* /*name*/, sd_bus_message* reply, void* row,
        sd_bus_error* /*error*/) {
  return append(*reply, row_at(row), property);
}

constexpr auto fixed = SD_BUS_VTABLE_PROPERTY_CONST;
constexpr auto told = SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE;

const sd_bus_vtable tunnel_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Gateway", "s", get<Property::gateway>, 0, fixed),
    SD_BUS_PROPERTY("Name", "s", get<Property::name>, 0, fixed),
    SD_BUS_PROPERTY("Peer", "s", get<Property::peer>, 0, told),
    SD_BUS_PROPERTY("Dialect", "s", get<Property::dialect>, 0, told),
    SD_BUS_PROPERTY("State", "s", get<Property::state>, 0, told),
    SD_BUS_PROPERTY("Up", "b", get<Property::up>, 0, told),
    SD_BUS_PROPERTY("Flapping", "b", get<Property::flapping>, 0, told),
    SD_BUS_PROPERTY("Cause", "s", get<Property::cause>, 0, told),
    SD_BUS_PROPERTY("Since", "t", get<Property::since>, 0, told),
    SD_BUS_VTABLE_END,
};

int send_signal(sd_bus& bus, const char* path, const char* interface, const char* member, const auto& fill) {
  sd_bus_message* made = nullptr;
  if (const int result = sd_bus_message_new_signal(&bus, &made, path, interface, member); result < 0) return result;
  const Message message(made);
  if (const int result = fill(*made); result < 0) return result;
  return sd_bus_send(&bus, made, nullptr);
}

constexpr const char* object_manager = "org.freedesktop.DBus.ObjectManager";

int send_passage(sd_bus& bus, const Passage& passage) {
  return send_signal(bus, root_path, manager_interface, "TunnelStateChanged", [&](sd_bus_message& message) {
    return sd_bus_message_append(&message, "ossssst", passage.path.c_str(), passage.gateway.c_str(), passage.name.c_str(),
                                 std::string(tunnel::name_of(passage.from)).c_str(),
                                 std::string(tunnel::name_of(passage.to)).c_str(), passage.cause.c_str(), passage.at);
  });
}

int send_removed(sd_bus& bus, const std::string& path) {
  return send_signal(bus, root_path, object_manager, "InterfacesRemoved", [&](sd_bus_message& message) {
    return sd_bus_message_append(&message, "oas", path.c_str(), 1, tunnel_interface);
  });
}

int send_added(sd_bus& bus, const std::string& path, const Row& row) {
  return send_signal(bus, root_path, object_manager, "InterfacesAdded",
                     [&](sd_bus_message& message) { return append_object(message, path, row); });
}

int send_changed(sd_bus& bus, const std::string& path, const Row& row, PropertySet set) {
  const auto fill = [&](sd_bus_message& message) {
    int result = sd_bus_message_append(&message, "s", tunnel_interface);
    if (result >= 0) result = append(message, row, set);
    return result < 0 ? result : sd_bus_message_append(&message, "as", 0);
  };
  return send_signal(bus, path.c_str(), "org.freedesktop.DBus.Properties", "PropertiesChanged", fill);
}

bool is_full(sd_bus& bus) {
  std::uint64_t queued = 0;
  return sd_bus_get_n_queued_write(&bus, &queued) >= 0 && queued > longest_queue;
}

}  // namespace

int Objects::attach(sd_bus& bus) {
  sd_bus_slot* slot = nullptr;
  const auto keep = [&](int result) {
    if (result >= 0) slots_.emplace_back(slot);
    return result;
  };
  int result = keep(sd_bus_add_object_manager(&bus, &slot, root_path));
  if (result >= 0) result = keep(sd_bus_add_object(&bus, &slot, root_path, on_root_call, this));
  if (result >= 0)
    result = keep(sd_bus_add_fallback_vtable(&bus, &slot, tunnels_path, tunnel_interface, tunnel_table, find, this));
  if (result >= 0) result = keep(sd_bus_add_node_enumerator(&bus, &slot, tunnels_path, enumerate, this));
  return result;
}

void Objects::drop() {
  listings_.clear();
  slots_.clear();
  rows_.forget_news();
}

int Objects::find(sd_bus* /*bus*/, const char* path, const char* /*interface*/, void* self, void** found,
                  sd_bus_error* /*error*/) {
  const Row* row = static_cast<Objects*>(self)->rows_.at(path);
  *found = const_cast<Row*>(row);  // only read
  return row != nullptr ? 1 : 0;
}

int Objects::enumerate(sd_bus* /*bus*/, const char* /*prefix*/, void* self, char*** nodes, sd_bus_error* /*error*/) {
  const auto& rows = static_cast<Objects*>(self)->rows_.all();
  // sd-bus frees the list and each text of it.
  char** list = static_cast<char**>(std::calloc(rows.size() + 1, sizeof(char*)));
  if (list == nullptr) return -ENOMEM;
  std::size_t i = 0;
  for (const auto& [path, row] : rows) list[i++] = strdup(path.c_str());
  *nodes = list;
  return 0;
}

/// sd-bus would write the whole list in one go; all other calls are left to it.
int Objects::on_root_call(sd_bus_message* message, void* self, sd_bus_error* error) {
  if (sd_bus_message_is_method_call(message, object_manager, "GetManagedObjects") <= 0) return 0;
  auto& listings = static_cast<Objects*>(self)->listings_;
  if (listings.size() >= most_listings) {
    return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED, "too many lists are being written; try again");
  }
  listings.push_back({shared(message), nullptr, {}});
  return 1;
}

int Objects::begin(Listing& listing) {
  sd_bus_message* made = nullptr;
  if (const int result = sd_bus_message_new_method_return(listing.call.get(), &made); result < 0) return result;
  listing.reply.reset(made);
  return sd_bus_message_open_container(made, 'a', "{oa{sa{sv}}}");
}

int Objects::write_some(Listing& listing, bool& done) {
  const auto& rows = rows_.all();
  auto row = listing.last.empty() ? rows.begin() : rows.upper_bound(listing.last);
  for (std::size_t i = 0; i < rows_in_a_turn && row != rows.end(); ++i, ++row) {
    int result = sd_bus_message_open_container(listing.reply.get(), 'e', "oa{sa{sv}}");
    if (result >= 0) result = append_object(*listing.reply, row->first, row->second);
    if (result >= 0) result = sd_bus_message_close_container(listing.reply.get());
    if (result < 0) return result;
    listing.last = row->first;
  }
  done = row == rows.end();
  return done ? sd_bus_message_close_container(listing.reply.get()) : 0;
}

/// True: one is under way.
bool Objects::list(sd_bus& bus) {
  Listing& listing = listings_.front();
  bool done = false;
  int result = listing.reply ? 0 : begin(listing);
  if (result >= 0) result = write_some(listing, done);
  if (result >= 0 && !done) return true;
  if (result >= 0) result = sd_bus_send(&bus, listing.reply.get(), nullptr);
  if (result < 0) sd_bus_reply_method_errno(listing.call.get(), result, nullptr);
  listings_.pop_front();
  return false;
}

int Objects::send(sd_bus& bus, const News& news, PropertySet dirty) {
  if (news.kind == News::Kind::passage) return send_passage(bus, news.passage);
  const Row* row = rows_.at(news.path);
  if (news.kind == News::Kind::removed) return row == nullptr ? send_removed(bus, news.path) : 0;
  if (row == nullptr) return 0;
  if (news.kind == News::Kind::added) return send_added(bus, news.path, *row);
  return dirty == 0 ? 0 : send_changed(bus, news.path, *row, dirty);
}

bool Objects::work(sd_bus& bus) {
  if (!listings_.empty() && list(bus)) return true;
  for (std::size_t i = 0; i < signals_in_a_turn && rows_.has_news(); ++i) {
    if (is_full(bus)) return false;  // it is writable later, which is another turn
    PropertySet dirty = 0;
    if (const auto news = rows_.take(dirty)) static_cast<void>(send(bus, *news, dirty));
  }
  return rows_.has_news() || !listings_.empty();
}

}  // namespace ikewatch::dbus
