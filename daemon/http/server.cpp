// The only place that includes Beast: it compiles slowly.
#include <ikewatch/http/server.hpp>

#include <ikewatch/base/text.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>
#include <set>

namespace ikewatch::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

constexpr std::uint32_t header_limit = 8 * 1024;
constexpr std::uint64_t body_limit = 16 * 1024;
constexpr auto accept_pause = std::chrono::milliseconds(100);

using WireRequest = beast::http::request<beast::http::string_body>;
using WireResponse = beast::http::response<beast::http::string_body>;

/// What a handler answered, in the form in which it is sent.
struct Answer {
  WireResponse wire;
  bool stream = false;
};

/// Undoes %xx (RFC 3986 section 2.1); malformed sequences stay as they are.
std::string decoded(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto byte = path[i] == '%' && i + 2 < path.size() ? to_number<std::uint8_t>(path.substr(i + 1, 2), 16) : std::nullopt;
    out += byte ? static_cast<char>(*byte) : path[i];
    if (byte) i += 2;
  }
  return out;
}

std::optional<Method> method_of(beast::http::verb verb) {
  if (verb == beast::http::verb::get || verb == beast::http::verb::head) return Method::get;
  if (verb == beast::http::verb::post) return Method::post;
  return verb == beast::http::verb::delete_ ? std::optional(Method::remove) : std::nullopt;
}

Answer answer(const WireRequest& request, const Handler& handler) {
  const std::string_view target{request.target().data(), request.target().size()};
  const auto question = target.find('?');
  const std::string path = decoded(target.substr(0, question));
  Response response = {
      405, "text/plain; charset=utf-8", "only GET, HEAD, POST and DELETE are answered\n", {{"Allow", "GET, HEAD"}}};
  if (const auto method = method_of(request.method())) {
    const auto field = request[beast::http::field::authorization];
    response = handler({path,
                        question == std::string_view::npos ? std::string_view{} : target.substr(question + 1),
                        *method,
                        request.body(),
                        {field.data(), field.size()}});
  }
  WireResponse wire{static_cast<beast::http::status>(response.status), request.version()};
  wire.set(beast::http::field::content_type, response.type);
  wire.set("X-Content-Type-Options", "nosniff");
  wire.set(beast::http::field::cache_control, "no-store");
  for (const auto& [name, value] : response.fields) wire.set(name, value);
  wire.body() = std::move(response.body);
  const bool stream = response.stream && request.method() != beast::http::verb::head;
  wire.keep_alive(request.keep_alive() && !response.stream);
  if (!response.stream) wire.prepare_payload();  // a stream has no length: it ends with the connection
  if (request.method() == beast::http::verb::head) wire.body().clear();
  return {std::move(wire), stream};
}

class Listener;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Listener& listener, std::chrono::milliseconds time)
      : stream_(std::move(socket)), time_(time), listener_(&listener) {}
  void read();
  void close();
  void orphan() { listener_ = nullptr; }
  [[nodiscard]] bool is_stream() const { return stream_begun_; }
  void send(std::string_view text);

 private:
  void begin_stream();
  void send_waiting();
  void watch_for_end();
  void respond(beast::error_code error);
  void written(beast::error_code error, bool keep);
  void finish();

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::string waiting_;  // of a stream, for its reader
  std::string sending_;
  bool stream_begun_ = false;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  WireResponse response_;
  std::chrono::milliseconds time_;  // for a request, and for its answer
  Listener* listener_;
};

class Listener final : public Server {
 public:
  Listener(asio::io_context& context, Options options, Handler handler)
      : acceptor_(context), pause_(context), options_(std::move(options)), handler_(std::move(handler)) {}
  ~Listener() override { stop(); }

  Result<bool> open() {
    beast::error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) return failure("is not a numeric address");
    const tcp::endpoint where{address, options_.port};
    acceptor_.open(where.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(where, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failure(error.message());
    accept();
    return true;
  }

  void stop() override {
    beast::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& connection : std::exchange(connections_, {})) {
      connection->orphan();
      connection->close();
    }
  }

  [[nodiscard]] std::string endpoint() const override {
    beast::error_code error;
    const auto where = acceptor_.local_endpoint(error);
    return where.address().is_v6() ? '[' + where.address().to_string() + "]:" + std::to_string(where.port())
                                   : where.address().to_string() + ':' + std::to_string(where.port());
  }

  void publish(std::string_view text) override {
    for (const auto& connection : std::set(connections_)) {  // one that is hung up on leaves
      if (connection->is_stream()) connection->send(text);
    }
  }

  [[nodiscard]] const Handler& handler() const { return handler_; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] bool has_streams() const override { return streams() > 0; }
  [[nodiscard]] bool takes_stream() const { return streams() < options_.max_streams; }
  void forget(const std::shared_ptr<Connection>& connection) { connections_.erase(connection); }

 private:
  [[nodiscard]] std::size_t streams() const {
    const auto is_stream = [](const auto& connection) { return connection->is_stream(); };
    return static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(), is_stream));
  }

  Problem failure(const std::string& why) const {
    return {{}, "http.listen " + options_.address + ':' + std::to_string(options_.port) + ": " + why};
  }

  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
      if (error) return wait_and_accept();  // out of descriptors, most likely
      if (connections_.size() < options_.max_connections) {
        const auto connection = std::make_shared<Connection>(std::move(socket), *this, options_.request_time);
        connections_.insert(connection);
        connection->read();
      }
      accept();
    });
  }

  void wait_and_accept() {
    pause_.expires_after(accept_pause);
    pause_.async_wait([this](beast::error_code error) {
      if (!error) accept();
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  Options options_;
  Handler handler_;
  std::set<std::shared_ptr<Connection>> connections_;
};

void Connection::read() {
  parser_.emplace();
  parser_->header_limit(header_limit);
  parser_->body_limit(body_limit);
  stream_.expires_after(time_);
  beast::http::async_read(stream_, buffer_, *parser_,
                          [self = shared_from_this()](beast::error_code error, std::size_t) { self->respond(error); });
}

void Connection::respond(beast::error_code error) {
  if (error || listener_ == nullptr) return finish();
  auto [wire, streams] = answer(parser_->get(), listener_->handler());
  response_ = std::move(wire);
  if (streams && !listener_->takes_stream()) {
    streams = false;
    response_ = WireResponse{beast::http::status::service_unavailable, response_.version(), "too many streams are open\n"};
    response_.keep_alive(false);
    response_.prepare_payload();
  }
  const bool keep = response_.keep_alive();
  stream_.expires_after(time_);
  beast::http::async_write(stream_, response_,
                           [self = shared_from_this(), keep, streams = streams](beast::error_code failed, std::size_t) {
                             if (!failed && streams) return self->begin_stream();
                             self->written(failed, keep);
                           });
}

void Connection::begin_stream() {
  if (listener_ == nullptr) return;
  stream_begun_ = true;
  stream_.expires_never();
  watch_for_end();
}

/// The reader of a stream has nothing to say: whatever comes is thrown away, and the end is noticed.
void Connection::watch_for_end() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(1024), [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (error) return self->finish();
    self->watch_for_end();
  });
}

void Connection::send(std::string_view text) {
  if (waiting_.size() > listener_->options().stream_backlog) return finish();
  waiting_ += text;
  if (sending_.empty()) send_waiting();
}

void Connection::send_waiting() {
  sending_ = std::exchange(waiting_, {});
  if (sending_.empty()) return;
  asio::async_write(stream_.socket(), asio::buffer(sending_), [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (error) return self->finish();
    self->send_waiting();
  });
}

void Connection::written(beast::error_code error, bool keep) {
  if (error || !keep || listener_ == nullptr) return finish();
  read();
}

void Connection::finish() {
  close();
  if (listener_ != nullptr) listener_->forget(shared_from_this());
}

void Connection::close() {
  beast::error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  stream_.close();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(asio::io_context& context, Options options, Handler handler) {
  auto listener = std::make_unique<Listener>(context, std::move(options), std::move(handler));
  if (const auto opened = listener->open(); !opened) return opened.error();
  return std::unique_ptr<Server>(std::move(listener));
}

}  // namespace ikewatch::http
