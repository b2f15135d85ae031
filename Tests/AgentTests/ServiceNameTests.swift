import Testing

@testable import VitalsAgent

@Suite("Names for services that nobody named")
struct ServiceNameTests {
  static let names: [(comm: String, arguments: [String], name: String)] = [
    ("kworker/0:1", [], "kworker/0:1"), ("a", [""], "a"), ("python3", ["python3"], "python3"),
    ("python3", ["python3", "-c", "import os; secret()"], "python3"), ("python3", ["python3", "-m"], "python3"),
    ("python3", ["python3", "-W"], "python3"), ("node", ["node", "-e", "x"], "node"),
    ("java", ["java", "-cp", "x"], "java"),
    ("x", ["/"], "/"), ("x", ["-"], "-"), ("x", [":"], ":"), ("x", [" "], ""),
    ("python3", ["/usr/bin/python3", "/usr/local/bin/uvicorn", "main:app", "--port", "8000"], "uvicorn main:app"),
    (
      "uvicorn", ["/usr/bin/python3", "/usr/local/bin/uvicorn", "--reload", "--host", "0.0.0.0", "main:app"],
      "uvicorn main:app"
    ),
    (
      "python3", ["python3.11", "-u", "-X", "dev", "-m", "uvicorn", "shop.web:create_app()", "--factory"],
      "uvicorn shop.web:create_app()"
    ),
    (
      "gunicorn",
      ["/venv/bin/python", "/venv/bin/gunicorn", "-w", "4", "-b", "127.0.0.1:8000", "-b", "unix:run", "main:app"],
      "gunicorn main:app"
    ),
    ("gunicorn", ["gunicorn: master [main:app]"], "gunicorn main:app"),
    ("gunicorn", ["gunicorn: worker [main:app]"], "gunicorn main:app"),
    ("python3", ["python", "manage.py", "runserver", "0:8000"], "manage.py runserver"),
    ("python3", ["python", "/srv/shop/main.py", "--token=secret"], "shop/main.py"),
    ("python3", ["python", "./main.py"], "main.py"),
    ("python3", ["python3", "/opt/agent/watcher.py", "x y"], "watcher.py"),
    ("flask", ["/usr/bin/python3", "/usr/bin/flask", "run"], "flask run"),
    ("celery", ["/usr/bin/python3", "/usr/bin/celery", "-A", "proj", "worker"], "celery"),
    ("python3", ["python3", "-m", "http.server", "8000"], "http.server"),
    ("python3", ["python3", "-m", "hypercorn.__main__", "app:app"], "hypercorn app:app"),
    ("node", ["node", "--max-old-space-size=4096", "-r", "dotenv/config", "/srv/shop/server.js"], "shop/server.js"),
    ("node", ["node", "server.js", "Token"], "server.js"), ("bun", ["bun", "run", "index.ts"], "run"),
    ("java", ["java", "-Xmx2g", "-Dkey=secret", "-jar", "/opt/shop-1.2.jar", "--x"], "shop-1.2.jar"),
    (
      "java", ["java", "-cp", "/a:/b", "org.apache.catalina.startup.Bootstrap", "start"],
      "org.apache.catalina.startup.Bootstrap start"
    ),
    ("ruby", ["puma 6.4.0 (tcp://0.0.0.0:3000) [shop]"], "puma shop"),
    ("ruby", ["puma: cluster worker 0: 12 [shop]"], "puma shop"),
    ("nginx", ["nginx: master process /usr/sbin/nginx -g daemon off;"], "nginx"),
    ("postgres", ["/usr/lib/postgresql/15/bin/postgres", "-D", "/var/lib/x"], "postgres"),
    ("postgres", ["postgres: checkpointer "], "postgres"),
    ("redis-server", ["/usr/bin/redis-server 127.0.0.1:6379"], "redis-server"),
    ("sshd", ["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"], "sshd"),
    ("php-fpm8.2", ["php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)"], "php-fpm"),
    ("prometheus", ["/usr/bin/prometheus", "--web.listen-address=:9090"], "prometheus"),
    ("bash", ["-bash"], "bash"), ("run.sh", ["/bin/bash", "/srv/shop/run.sh"], "shop/run.sh"),
    ("envoy", ["envoy", "-c", "/etc/envoy.yaml", "--base-id", "1"], "envoy"),
    ("x", [String(repeating: "é", count: 50)], String(repeating: "é", count: 30) + "…"),
  ]

  @Test("What a person would say", arguments: names)
  func name(comm: String, arguments: [String], name: String) {
    #expect(ServiceName.of(arguments, comm: comm) == name)
  }

  @Test(
    "An application is a module and an object; an address is none",
    arguments: [
      ("", false), (":", false), ("a:", false), (":b", false), ("a:b:c", false), ("127.0.0.1:80", false),
      ("localhost:8000", false), ("localhost:x", false), ("unix:sock", false), ("http://x", false), ("a:8", false),
      ("a b:c", false), ("a:b", true), ("a.b.c:d.e", true), ("my-app.web:app()", true), ("src/main:app", true),
    ])
  func application(word: String, isOne: Bool) { #expect(ServiceName.isApplication(word) == isOne) }
}
