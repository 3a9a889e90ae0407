// The only file that knows Beast and Asio here: both are slow to compile.
#include <ikewatch/notify/sender.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace ikewatch::notify {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;

constexpr std::uint32_t most_header = 16 * 1024;
constexpr std::uint64_t most_body = 64 * 1024;

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual void abandon() = 0;
};

using Ended = std::function<void(std::uint64_t ticket, alert::Outcome outcome, std::string detail)>;

/// One request and its answer, within one time limit. Keeps itself alive while something is under way.
template <class Stream>
class Talk : public Exchange, public std::enable_shared_from_this<Talk<Stream>> {
 public:
  template <class... Extra>
  Talk(asio::io_context& context, std::uint64_t ticket, Request request, Ended ended, Extra&&... extra)
      : ticket_(ticket),
        request_(std::move(request)),
        ended_(std::move(ended)),
        resolver_(context),
        timer_(context),
        stream_(context, std::forward<Extra>(extra)...) {}

  void start(std::chrono::milliseconds limit, WallTime now) {
    now_ = now;
    write_message();
    timer_.expires_after(limit);
    timer_.async_wait([self = this->shared_from_this()](error_code error) {
      if (!error) self->end({0, alert::Failure::timeout, std::nullopt}, "no answer in time");
    });
    resolver_.async_resolve(request_.url.host, request_.url.port,
                            [self = this->shared_from_this()](error_code error, const Tcp::resolver::results_type& found) {
                              if (error) return self->fail(alert::Failure::dns, error);
                              self->connect(found);
                            });
  }

  void abandon() override {
    ended_ = nullptr;
    close();
  }

 private:
  void write_message() {
    message_.version(11);
    message_.method(http::verb::post);
    message_.target(request_.url.target);
    message_.set(http::field::host, request_.url.authority);
    message_.set(http::field::user_agent, "ikewatch");
    message_.set(http::field::connection, "close");
    for (const auto& [name, value] : request_.headers) message_.set(name, value);
    message_.body() = std::move(request_.body);
    message_.prepare_payload();
    parser_.header_limit(most_header);
    parser_.body_limit(most_body);
  }

  void connect(const Tcp::resolver::results_type& found) {
    beast::get_lowest_layer(stream_).async_connect(
        found, [self = this->shared_from_this()](error_code error, const Tcp::endpoint&) {
          if (error) return self->fail(alert::Failure::connect, error);
          error_code ignored;
          beast::get_lowest_layer(self->stream_).socket().set_option(Tcp::no_delay(true), ignored);
          self->secure();
        });
  }

  void secure() {
    if constexpr (std::is_same_v<Stream, Secure>) {
      error_code ignored;
      asio::ip::make_address(request_.url.host, ignored);
      // Server name indication is for names only (RFC 6066 section 3).
      if (ignored)
        SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, request_.url.host.data());
      stream_.set_verify_callback(ssl::host_name_verification(request_.url.host));
      stream_.async_handshake(ssl::stream_base::client, [self = this->shared_from_this()](error_code error) {
        if (error) return self->fail(alert::Failure::tls, error);
        self->write();
      });
    } else {
      write();
    }
  }

  void write() {
    http::async_write(stream_, message_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return self->fail(alert::Failure::protocol, error);
      self->read();
    });
  }

  void read() {
    http::async_read_header(stream_, buffer_, parser_, [self = this->shared_from_this()](error_code error, std::size_t) {
      if (error) return self->fail(alert::Failure::protocol, error);
      self->read_rest();
    });
  }

  /// The status decides; the rest is read for politeness and thrown away.
  void read_rest() {
    http::async_read(stream_, buffer_, parser_, [self = this->shared_from_this()](error_code, std::size_t) {
      const auto& answer = self->parser_.get();
      alert::Outcome outcome;
      outcome.status = answer.result_int();
      outcome.retry_after = read_retry_after(std::string_view(answer[http::field::retry_after]), self->now_);
      self->end(outcome, "status " + std::to_string(outcome.status));
    });
  }

  void fail(alert::Failure failure, error_code error) { end({0, failure, std::nullopt}, error.message()); }

  void end(const alert::Outcome& outcome, std::string detail) {
    if (!ended_) return;
    const auto ended = std::exchange(ended_, nullptr);
    close();
    ended(ticket_, outcome, std::move(detail));
  }

  void close() {
    timer_.cancel();
    resolver_.cancel();
    beast::get_lowest_layer(stream_).close();
  }

  std::uint64_t ticket_;
  Request request_;
  Ended ended_;
  WallTime now_;
  Tcp::resolver resolver_;
  asio::steady_timer timer_;
  Stream stream_;
  http::request<http::string_body> message_;
  http::response_parser<http::string_body> parser_;
  beast::flat_buffer buffer_;
};

Problem unusable(const std::string& file, const error_code& error) {
  return {{file, 0, 0}, "not usable for TLS: " + error.message()};
}

/// Certificates of receivers are always verified.
Problems prepare(ssl::context& tls, const Receiver& receiver) {
  Problems problems;
  error_code error;
  const auto check = [&](const std::string& file) {
    if (error) problems.push_back(unusable(file, error));
    error = {};
  };
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  tls.set_verify_mode(ssl::verify_peer, error);
  if (receiver.ca.empty()) {
    tls.set_default_verify_paths(error);
  } else {
    tls.load_verify_file(receiver.ca, error);
  }
  check(receiver.ca);
  if (receiver.certificate.empty()) return problems;
  tls.use_certificate_chain_file(receiver.certificate, error);
  check(receiver.certificate);
  tls.use_private_key_file(receiver.key, ssl::context::pem, error);
  check(receiver.key);
  return problems;
}

class NetworkSender : public Sender {
 public:
  NetworkSender(asio::io_context& context, Done done) : context_(context), done_(std::move(done)) {}
  ~NetworkSender() override { NetworkSender::stop(); }

  Problems configure(std::vector<Receiver> receivers, std::vector<Secrets> secrets) override {
    std::map<std::string, Entry, std::less<>> fresh;
    Problems problems;
    for (std::size_t i = 0; i < receivers.size(); ++i) {
      auto tls = std::make_shared<ssl::context>(ssl::context::tls_client);
      for (auto& problem : prepare(*tls, receivers[i])) problems.push_back(std::move(problem));
      const std::string name = receivers[i].name;
      fresh.insert_or_assign(
          name, Entry{std::move(receivers[i]), i < secrets.size() ? std::move(secrets[i]) : Secrets{}, std::move(tls)});
    }
    if (problems.empty()) entries_ = std::move(fresh);
    return problems;
  }

  void send(const alert::Delivery& delivery, WallTime now) override {
    const auto found = entries_.find(delivery.receiver);
    if (found == entries_.end()) return end_later(delivery.ticket, "no such receiver");
    const Entry& entry = found->second;
    auto request = render(entry.receiver, entry.secrets, delivery, now);
    if (!request) return end_later(delivery.ticket, request.error().what);
    const auto ended = [this](std::uint64_t ticket, const alert::Outcome& outcome, const std::string& detail) {
      under_way_.erase(ticket);
      done_(ticket, outcome, detail);
    };
    if (request->url.tls) {
      auto talk = std::make_shared<Talk<Secure>>(context_, delivery.ticket, std::move(*request), ended, *entry.tls);
      begin(delivery.ticket, talk, entry.receiver.timeout, now);
    } else {
      begin(delivery.ticket, std::make_shared<Talk<Plain>>(context_, delivery.ticket, std::move(*request), ended),
            entry.receiver.timeout, now);
    }
  }

  void stop() override {
    for (auto& [ticket, talk] : std::exchange(under_way_, {})) talk->abandon();
  }

 private:
  struct Entry {
    Receiver receiver;
    Secrets secrets;
    std::shared_ptr<ssl::context> tls;
  };

  template <class Stream>
  void begin(std::uint64_t ticket, std::shared_ptr<Talk<Stream>> talk, std::chrono::milliseconds limit, WallTime now) {
    under_way_[ticket] = talk;
    talk->start(limit, now);
  }

  void end_later(std::uint64_t ticket, std::string why) {
    asio::post(context_, [this, ticket, why = std::move(why), alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) done_(ticket, {0, alert::Failure::secret, std::nullopt}, why);
    });
  }

  asio::io_context& context_;
  Done done_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::map<std::uint64_t, std::shared_ptr<Exchange>> under_way_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Sender> Sender::make(asio::io_context& context, Done done) {
  return std::make_unique<NetworkSender>(context, std::move(done));
}

}  // namespace ikewatch::notify
