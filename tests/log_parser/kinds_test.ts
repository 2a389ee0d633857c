import { assertEquals } from "@std/assert";
import { normalize, type Row } from "./_normalize.ts";

/** Lines as their own documentation shows them; `null`: nothing must be invented. One row a record. */
const KINDS: readonly (readonly [title: string, text: string, ...want: Row[]])[] = [
  [
    "JSON over several lines",
    '{\n  "ts": "2026-01-01T10:00:00Z",\n  "level": "error",\n  "msg": "a { b",\n  "x": {\n    "y": 1\n  }\n}\n{\n  "ts": "2026-01-01T10:00:01Z",\n  "msg": "n"\n}\n',
    { body: "a { b", severity_number: 17, line_count: 8, attributes: { "x.y": "1" } },
    { body: "n", line_count: 4, severity_number: null },
  ],
  [
    "a block in braces that is no JSON stays in its event",
    "2026-01-01 10:00:00 ERROR x\n{\n  a = 1\n}\n",
    { body: "x\n{\n  a = 1\n}", line_count: 4 },
  ],
  [
    "an array with an element a line",
    '{"ts":"2026-01-01T10:00:00Z","level":"info","msg":"m"},\n{"ts":"2026-01-01T10:00:01Z","level":"warn","msg":"n"}\n',
    { body: "m" },
    { body: "n", severity_number: 13 },
  ],
  [
    "OTLP with one record",
    '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"scope":{"name":"lib"},"logRecords":[{"timeUnixNano":"1777629600123456789","severityNumber":17,"body":{"stringValue":"boom"},"attributes":[{"key":"n","value":{"intValue":"5"}}]}]}]}]}\n',
    {
      body: "boom",
      service_name: "shop",
      logger: "lib",
      severity_number: 17,
      timestamp: "2026-05-01T10:00:00.123456Z",
      attributes: { n: "5", severityNumber: "17" },
    },
  ],
  [
    "a key that stands twice, wherever it stands",
    '{"ts":"2026-01-01T10:00:00Z","level":"info","level":"error"}\n{"ts":"2026-01-01T10:00:00Z","a":{"x":"\\":","x":2}}\n{"ts":"2026-01-01T10:00:00Z","a":{"x":1},"x":[{"x" :"{"}]}\n',
    {
      parse_status: "partial",
      parse_error: 'key "level" comes twice in one object: its last value counts',
    },
    { parse_status: "partial" },
    { parse_status: "ok" },
  ],
  [
    "seconds with an exponent",
    '{"ts":1.7776296001234567e+09,"level":"info"}\n',
    { timestamp: "2026-05-01T10:00:00.123456Z" },
  ],
  [
    "a place after the offset, and one that contradicts it",
    "2026-07-01T10:00:00+02:00[Europe/Paris] INFO x\n2026-07-01T10:00:00Z[UTC] INFO x\n2026-07-01T10:00:00+09:00[Europe/Paris] INFO x\n",
    { timestamp: "2026-07-01T08:00:00.000000Z" },
    { timestamp: "2026-07-01T10:00:00.000000Z" },
    { timestamp: null, parse_status: "partial" },
  ],
  [
    "an ISO time with a label and a level is no syslog",
    "2026-05-01T10:00:00.123Z [shop] error: boom\n2026-05-01T10:00:01.123Z shop warn: slow\n",
    { format: "app", body: "boom", severity_number: 17, host_name: null, service_name: null },
    { format: "app", host_name: null, service_name: null },
  ],
  [
    "a line that a relay's syslog carries whole",
    '<134>May  1 10:00:01 relay May  1 10:00:00 web nginx: 203.0.113.9 - - [01/May/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"\n<134>May  1 10:00:03 relay May  1 10:00:02 web sshd[7]: gone\n',
    { format: "combined", host_name: "web", service_name: "nginx", http_status: 200 },
    { format: "rfc3164", host_name: "web", process_pid: "7", body: "gone", severity_number: 9 },
  ],
  [
    "cloud-init's module before its level",
    "2026-05-01 10:00:00,123 - cc_ssh.py[WARNING]: Applying failed!\n",
    { logger: "cc_ssh.py", severity_number: 13, body: "Applying failed!" },
  ],
  [
    "Flask's module after its level",
    "[2026-05-01 10:00:00,123] ERROR in app: Exception on /x\n",
    { logger: "app", severity_number: 17, body: "Exception on /x" },
  ],
  [
    "a time that a tool put before JSON and logfmt",
    '2026-05-01T10:00:00.5Z {"level":"error","msg":"boom"}\n2026-05-01T10:00:01Z level=warn msg="slow b"\n2026-05-01T10:00:02Z {"a" is not JSON\n',
    {
      format: "jsonl",
      timestamp: "2026-05-01T10:00:00.500000Z",
      severity_number: 17,
      body: "boom",
      tz_source: "explicit",
    },
    {
      format: "logfmt",
      timestamp: "2026-05-01T10:00:01.000000Z",
      severity_number: 13,
      body: "slow b",
    },
    { format: "app", severity_number: null, body: '{"a" is not JSON' },
  ],
  [
    "Db2's offset in minutes",
    "2026-05-01-10.00.00.123456-300 I1234E500 LEVEL: Warning\n2026-05-01-10.00.01.123456+060 I1E5 x\n",
    { timestamp: "2026-05-01T15:00:00.123456Z", tz_source: "explicit" },
    { timestamp: "2026-05-01T09:00:01.123456Z" },
  ],
  [
    "times of a W3C log that says that they are local",
    "#Time Format: Local\n#Fields: date time action\n2026-05-01 10:00:00 DROP\n",
    { timestamp: "2026-05-01T10:00:00.000000Z", tz_source: "assumed_utc" },
  ],
  [
    "a verb of Kubernetes is no method",
    '{"level":"Metadata","verb":"list","stageTimestamp":"2026-05-01T10:00:00Z"}\n',
    {
      timestamp: "2026-05-01T10:00:00.000000Z",
      http_method: null,
      attributes: { level: "Metadata", verb: "list" },
    },
  ],
  [
    "Loguru's own JSON",
    '{"text":"x","record":{"level":{"name":"ERROR","no":40},"message":"boom","time":{"repr":"r","timestamp":1777629600.5}}}\n',
    { timestamp: "2026-05-01T10:00:00.500000Z", severity_number: 17, body: "boom" },
  ],
  [
    "Snort's time without a year",
    "05/01-10:00:00.123456  [**] [1:2:3] ET SCAN [**] {TCP} 203.0.113.9:6 -> 192.0.2.5:1\n",
    { timestamp: "2026-05-01T10:00:00.123456Z" },
  ],
  [
    "journald's export",
    "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1777629600123456\nPRIORITY=3\n_PID=42\nMESSAGE=a=b\n\n__CURSOR=s=2\n__REALTIME_TIMESTAMP=1777629601000000\nMESSAGE=n\nPRIORITY=6\n",
    {
      timestamp: "2026-05-01T10:00:00.123456Z",
      severity_number: 17,
      process_pid: "42",
      body: "a=b",
    },
    { body: "n", severity_number: 9, timestamp: "2026-05-01T10:00:01.000000Z" },
  ],
  [
    "journalctl short-full",
    "Fri 2026-05-01 10:00:00 UTC web1 systemd[1]: Started\n",
    {
      timestamp: "2026-05-01T10:00:00.000000Z",
      host_name: "web1",
      service_name: "systemd",
      body: "Started",
    },
  ],
  [
    "syslog with a priority and no time",
    "<3>disk failed\n<150>haproxy[12]: up\n",
    { severity_number: 17, body: "disk failed", timestamp: null, host_name: null },
    { severity_number: 9, service_name: "haproxy", process_pid: "12", body: "up" },
  ],
  [
    "java.util.logging on two lines",
    "May 01, 2026 1:00:00 PM a.b.C stop\nSEVERE: gone\nMay 01, 2026 1:00:01 PM a.b.C stop\nINFO: off\n",
    {
      timestamp: "2026-05-01T13:00:00.000000Z",
      severity_number: 17,
      logger: "a.b.C.stop",
      body: "gone",
      line_count: 2,
    },
    { severity_number: 9, body: "off" },
  ],
  [
    "Node's place, source and caret",
    "/app/x.js:3\nthrow new TypeError('x');\n^\n\nTypeError: x\n    at f (/app/x.js:3:7)\n\nNode.js v20.1.0\n",
    { error_type: "TypeError", error_message: "x", line_count: 8 },
  ],
  [
    "JBoss",
    "2026-05-01 10:00:00,123 INFO  [org.jboss.as] (Boot Thread) started in 5ms\n",
    {
      logger: "org.jboss.as",
      thread_name: "Boot Thread",
      body: "started in 5ms",
      duration_ns: null,
    },
  ],
  ["log4j without context", "2026-05-01 10:00:00,123 INFO  a.b.C   [] - up\n", {
    logger: "a.b.C",
    body: "up",
  }],
  [
    "Cassandra",
    "WARN  [GossipTasks:1] 2026-05-01 10:00:01,123 FailureDetector.java:288 - late\n",
    {
      severity_number: 13,
      thread_name: "GossipTasks:1",
      timestamp: "2026-05-01T10:00:01.123000Z",
      body: "late",
    },
  ],
  [
    "ClickHouse",
    "2026.05.01 10:00:00.123456 [ 12 ] {a1} <Error> executeQuery: Code: 60\n",
    {
      severity_number: 17,
      timestamp: "2026-05-01T10:00:00.123456Z",
      attributes: { context: "a1" },
    },
  ],
  [
    "fail2ban",
    "2026-05-01 10:00:00,123 fail2ban.actions        [7]: NOTICE  [sshd] Ban 203.0.113.5\n",
    { severity_number: 10, logger: "fail2ban.actions", process_pid: "7" },
  ],
  [
    "oslo.log",
    "2026-05-01 10:00:00.123 4321 ERROR nova.compute.manager [req-1 - -] boom\n",
    {
      logger: "nova.compute.manager",
      process_pid: "4321",
      attributes: { context: "req-1 - -" },
      body: "boom",
    },
  ],
  [
    "oslo.log's root",
    "2026-05-01 10:00:00.123 4321 ERROR root [-] [x] boom\n",
    { logger: "root", process_pid: "4321", attributes: null, body: "[x] boom" },
  ],
  [
    "Odoo",
    "2026-05-01 10:00:00,123 1234 INFO shop odoo.modules.loading: up\n",
    {
      severity_number: 9,
      logger: "odoo.modules.loading",
      process_pid: "1234",
      attributes: { database: "shop" },
      body: "up",
    },
  ],
  [
    "java.util.logging in Japanese, Chinese and Korean",
    "5月 01, 2026 10:00:00 午後 a.B run\n情報: up\n十二月 01, 2025 12:00:00 上午 a.B run\n严重: boom\n" +
    "5월 01, 2026 10:00:00 오전 a.B run\n경고: late\n5月 02, 2026 10:00:00 午前 a.B run\n例外: up\n",
    {
      timestamp: "2026-05-01T22:00:00.000000Z",
      severity_number: 9,
      logger: "a.B.run",
      body: "up",
    },
    { timestamp: "2025-12-01T00:00:00.000000Z", severity_number: 17, body: "boom" },
    { timestamp: "2026-05-01T10:00:00.000000Z", severity_number: 13, body: "late" },
    { timestamp: "2026-05-02T10:00:00.000000Z", severity_number: null },
  ],
  [
    "Tomcat in Chinese and Japanese",
    "01-五月-2026 10:00:01.123 信息 [main] a.b.C.start up\n01-5月-2026 10:00:02.123 警告 [main] a.b.C.start late\n",
    {
      timestamp: "2026-05-01T10:00:01.123000Z",
      severity_number: 9,
      thread_name: "main",
      logger: "a.b.C.start",
      body: "up",
    },
    { timestamp: "2026-05-01T10:00:02.123000Z", severity_number: 13 },
  ],
  [
    "Zabbix",
    "  1234:20260501:100000.123 [Z3001] connection failed: [2002] no\n",
    {
      timestamp: "2026-05-01T10:00:00.123000Z",
      process_pid: "1234",
      attributes: null,
      body: "[Z3001] connection failed: [2002] no",
    },
  ],
  [
    "vsftpd",
    'Fri May  1 10:00:00 2026 [pid 12] [al] OK LOGIN: Client "192.0.2.1"\n' +
    'Fri May  1 10:00:00 2026 [pid 13] CONNECT: Client "192.0.2.2"\n' +
    'Fri May  1 10:00:00 2026 [pid 13] [x] said: Client "192.0.2.2"\n',
    {
      timestamp: "2026-05-01T10:00:00.000000Z",
      process_pid: "12",
      user_name: "al",
      client_address: "192.0.2.1",
      body: 'OK LOGIN: Client "192.0.2.1"',
    },
    { process_pid: "13", user_name: null, client_address: "192.0.2.2" },
    { process_pid: null, user_name: null, body: '[pid 13] [x] said: Client "192.0.2.2"' },
  ],
  [
    "Odoo's server, without a database",
    '2026-05-01 10:00:00,123 1234 INFO ? werkzeug: 192.0.2.1 - - "GET / HTTP/1.1" 200\n',
    {
      logger: "werkzeug",
      process_pid: "1234",
      attributes: null,
      body: '192.0.2.1 - - "GET / HTTP/1.1" 200',
    },
  ],
  [
    "hclog",
    "    2026-05-01T10:00:00.123Z [WARN]  agent: late\n",
    { severity_number: 13, timestamp: "2026-05-01T10:00:00.123000Z" },
  ],
  [
    "Unreal",
    "[2026.05.01-10.00.00:123][  0]LogInit: up\n",
    { timestamp: "2026-05-01T10:00:00.123000Z" },
  ],
  [
    "log4j's events in XML, over several lines",
    '<log4j:event logger="a.B" timestamp="1777629600123" level="ERROR" thread="main">\n<log4j:message><![CDATA[a <b>]]>]]&gt;<![CDATA[c]]></log4j:message>\n<log4j:throwable><![CDATA[a.X: y\n\tat a.B(B.java:1)]]></log4j:throwable>\n<log4j:properties><log4j:data name="k" value="v &amp; w"/></log4j:properties>\n</log4j:event>\n' +
    '<Event xmlns="x" timeMillis="1777629600123" level="WARN" loggerName="a.C"><Message>m &lt; n</Message></Event>\n',
    {
      timestamp: "2026-05-01T10:00:00.123000Z",
      body: "a <b>]]>c",
      logger: "a.B",
      thread_name: "main",
      error_type: "a.X",
      error_stack: "a.X: y\n\tat a.B(B.java:1)",
      attributes: { "properties.k": "v & w" },
      line_count: 6,
    },
    { body: "m < n", severity_number: 13, logger: "a.C" },
  ],
  [
    "java.util.logging's and Windows' in XML, with what stands around them",
    '<?xml version="1.0"?>\n<log>\n<record>\n <date>2026-05-01T10:00:00</date>\n <millis>1777629600123</millis>\n <level>SEVERE</level>\n <message>m</message>\n</record>\n</log>\n' +
    "<Event xmlns='w'><System><Provider Name='Disk'/><Level>3</Level><TimeCreated SystemTime='2026-05-01T10:00:00.1234567Z'/><Computer>h</Computer></System><EventData><Data Name='a'>1</Data></EventData></Event>\n",
    { timestamp: "2026-05-01T10:00:00.123000Z", severity_number: 17, body: "m", line_count: 6 },
    { host_name: "h", severity_number: 13, logger: "Disk", attributes: { "EventData.a": "1" } },
  ],
  [
    "XML within a message",
    "2026-05-01 10:00:00 INFO got\n<?xml version=\"1.0\"?>\n<record level='ERROR'>\n <a>1</a>\n</record>\n2026-05-01 10:00:01 INFO n\n",
    {
      body: "got\n<?xml version=\"1.0\"?>\n<record level='ERROR'>\n <a>1</a>\n</record>",
      line_count: 5,
    },
    { body: "n" },
  ],
  [
    "CMTrace, whose bias makes a time UTC",
    '<![LOG[a]LOG]!><time="10:00:00.123-060" date="5-1-2026" component="C" context="" type="2" thread="12" file="f:1">\n<![LOG[b\n]LOG]! c]LOG]!><time="10:00:00.123" date="05-01-2026" component="C" context="" type="3" thread="" file="">\n',
    {
      timestamp: "2026-05-01T09:00:00.123000Z",
      tz_source: "explicit",
      body: "a",
      severity_number: 13,
      logger: "C",
      thread_name: "12",
    },
    { body: "b\n]LOG]! c", severity_number: 17, tz_source: "assumed_utc", line_count: 2 },
  ],
  [
    "CMTrace, of which an event is cut",
    '<![LOG[a\n<![LOG[b]LOG]!><time="10:00:00.123+000" date="05-01-2026" component="C" context="" type="1" thread="1" file="">\n',
    { body: "b", line_start: 2 },
  ],
  [
    "PostgreSQL's csvlog, a statement over two lines",
    '2026-05-01 10:00:00.123 CEST,"app","shop",4711,"10.0.0.5:5000",65f,1,"SELECT",2026-05-01 09:00:00 UTC,3/44,0,ERROR,42P01,"no ""x""",,,,,,"select *\nfrom x",15,,"psql","client backend",,0\n' +
    '2026-05-01 10:00:01.000 UTC,"app","shop",4711,"2001:db8::1:5000",65f,2,"SELECT",,3/44,0,LOG,00000,"duration: 15.136 ms  statement: a",,,,,,,,,"psql"\n' +
    '2026-05-01 10:00:01.000 UTC,"app","shop",4711,"[local]",65f,2,"SELECT",,3/44,0,LOG,00000,"duration: x",,,,,,,,,"psql"\n' +
    '2026-05-01 10:00:01.123 UTC,,,4700,,65e,2,,2026-05-01 09:00:00 UTC,,0,DEBUG2,00000,"m",,,,,,,,,""\n',
    {
      timestamp: "2026-05-01T08:00:00.123000Z",
      severity_number: 17,
      body: 'no "x"',
      process_pid: "4711",
      user_name: "app",
      client_address: "10.0.0.5",
      line_count: 2,
    },
    {
      client_address: "2001:db8::1",
      duration_ns: 15_136_000,
      body: "duration: 15.136 ms  statement: a",
    },
    { client_address: null, duration_ns: null },
    { severity_number: 5, body: "m", user_name: null },
  ],
  [
    "levels of slog between its four, and requests of pino",
    '{"time":"2026-05-01T10:00:00Z","level":"ERROR+2","msg":"a"}\n{"time":"2026-05-01T10:00:00Z","level":"DEBUG-4","msg":"b"}\n' +
    '{"level":30,"time":1777629600123,"req":{"method":"GET","url":"/a"},"res":{"statusCode":404},"responseTime":12}\n',
    { severity_number: 19 },
    { severity_number: 1 },
    { http_method: "GET", url_path: "/a", http_status: 404, duration_ns: 12_000_000 },
  ],
  [
    "a level with something else, or behind it, in two lines of each",
    "2026-01-01 10:00:00.1 ERROR (MainThread) [a.b] c\n2026-01-01 10:00:00.1 W | raft: lost\n" +
    "2026-01-01T10:00:00.1Z pid=7 class=Job INFO: done\n01-Jan-2026 10:00:00.1 general: error: zone x: bad\n" +
    "2026-01-01 10:00:00.1+00:00 [error] <0.33.0> closing\n",
    { thread_name: "MainThread", logger: "a.b", severity_number: 17, body: "c" },
    { severity_number: 13, body: "raft: lost" },
    { severity_number: 9, body: "done", attributes: { pid: "7", class: "Job" } },
    { severity_number: 17, logger: "general", body: "zone x: bad" },
    { severity_number: 17, thread_name: "<0.33.0>", body: "closing" },
  ],
  [
    "Minecraft",
    "[10:00:00] [Server thread/WARN]: a\n",
    { thread_name: "Server thread", severity_number: 13, body: "a", timestamp: null },
  ],
  [
    "brackets that are of the message, and a class that is no thread",
    "[2026-01-01 10:00:00,123] INFO [KafkaServer id=1] started\n2026-01-01 10:00:00 WARNING: [pool www] exited\n" +
    "[2026-01-01T10:00:00,123][INFO ][o.e.n.Node          ] [node-1] up\n",
    { thread_name: null, body: "[KafkaServer id=1] started" },
    { thread_name: null, body: "[pool www] exited" },
    { thread_name: null, logger: "o.e.n.Node" },
  ],
  [
    "a trace below an event within syslog, and one of another process",
    "Jan  2 10:00:00 h app[7]: 2026-01-02 10:00:00,123 ERROR a.B - boom\nJan  2 10:00:00 h app[7]: a.XException: y\nJan  2 10:00:00 h app[7]: #011at a.B(B.java:1)\n" +
    "Jan  2 10:00:01 h app[8]: a.YException: z\nJan  2 10:00:02 h app[7]: 2026-01-02 10:00:02,123 INFO a.B - ok\nJan  2 10:00:02 h app[7]: Retrying\n",
    {
      body: "boom",
      error_type: "a.XException",
      error_stack: "a.XException: y\n\tat a.B(B.java:1)",
      line_count: 3,
    },
    { format: "rfc3164", process_pid: "8" },
    { body: "ok", line_count: 1 },
    { body: "Retrying", format: "rfc3164" },
  ],
  [
    "MySQL's slow log, with one query and with two in a second",
    "# Time: 2026-05-01T10:00:00.1Z\n# User@Host: a[a] @  [10.0.0.9]  Id:    12\n# Query_time: 2.500000  Lock_time: 0.0 Rows_sent: 1\nSELECT 1;\n" +
    "# Time: 2026-05-01T10:00:01.1Z\n# Query_time: 1.500000  Lock_time: 0.0 Rows_sent: 1\nSELECT 1;\n# Query_time: 3.500000  Lock_time: 0.0 Rows_sent: 1\nSELECT 2;\n",
    { duration_ns: 2_500_000_000, line_count: 4 },
    { duration_ns: null, line_count: 5 },
  ],
  [
    "Windows' DHCP server, whose dates have a year of two digits",
    "ID,Date,Time,Description,IP Address\n10,01/13/26,03:04:05,Assign,10.0.0.5\n",
    { timestamp: "2026-01-13T03:04:05.000000Z" },
  ],
  [
    "Windows' DHCP server, with what stands above its header",
    "\t\tMicrosoft DHCP Service Activity Log\n\n\nEvent ID  Meaning\n00\tThe log was started.\n50+\tCodes above 50 are of others.\n\n" +
    "QResult: 0: NoQuarantine, 1:Quarantine\n\nID,Date,Time,Description,IP Address,Host Name,DnsRegError.\n00,01/13/26,00:00:05,Started,,,0\n",
    {
      timestamp: "2026-01-13T00:00:05.000000Z",
      attributes: { ID: "00", Description: "Started", "DnsRegError.": "0" },
    },
  ],
  [
    "Exchange, whose fields are CSV",
    "#Software: Microsoft Exchange Server\r\n#Log-type: Message Tracking Log\r\n#Fields: date-time,client-ip,message-subject,to\r\n" +
    '2026-01-13T10:00:00.123Z,10.0.0.5,"Hello, ""you""",a@b.c\r\n2026-01-13T10:00:01.123Z,,"""quoted""",\r\n',
    {
      timestamp: "2026-01-13T10:00:00.123000Z",
      client_address: "10.0.0.5",
      attributes: { "message-subject": 'Hello, "you"', to: "a@b.c" },
    },
    { attributes: { "message-subject": '"quoted"' } },
  ],
  [
    "zerolog on a terminal",
    "\x1b[90m10:00AM\x1b[0m \x1b[31mERR\x1b[0m cannot dial error=refused\n3:04PM WRN slow\n",
    { severity_number: 17, body: "cannot dial error=refused", timestamp: null },
    { severity_number: 13, body: "slow", parse_status: "partial" },
  ],
  [
    "ASP.NET Core's console, whose messages are indented",
    "info: A.B[14]\n      Now listening\n      on: x\nfail: A.B[0]\n      Broke\n      System.Exception: x\n         at A.B.C()\n",
    { body: "Now listening\non: x" },
    {
      body: "Broke",
      error_stack: "System.Exception: x\n   at A.B.C()",
      error_type: "System.Exception",
    },
  ],
  [
    "bunyan's name is the service's, and a name alone is none",
    '{"name":"shop","hostname":"h","pid":7,"level":40,"msg":"a","time":"2026-05-01T10:00:00Z","v":0}\n{"name":"joe","level":"info","msg":"b","time":"2026-05-01T10:00:00Z"}\n',
    { service_name: "shop", attributes: { v: "0" } },
    { service_name: null, attributes: { name: "joe" } },
  ],
  [
    "Django's own server",
    '[01/May/2026 10:00:00] "GET /a?b=1 HTTP/1.1" 302 0\n[01/May/2026 10:00:01] "POST /x HTTP/1.1" 500 1234\n',
    {
      timestamp: "2026-05-01T10:00:00.000000Z",
      http_method: "GET",
      url_path: "/a",
      http_status: 302,
    },
    { http_status: 500, response_bytes: 1234, duration_ns: null },
  ],
  [
    "traces of classes with any name, of Go without its head, and of Ruby below a message",
    "2026-01-01 10:00:00 ERROR a\na.X: out\n\tat a.B(B.java:1)\nCaused by: a.YError: in\n\t... 1 more\n" +
    "2026-01-01 10:00:01 ERROR b\nmain.f\n\t/a/b.go:13\n" +
    "2026-01-01 10:00:02 ERROR c\n/a.rb:3:in `f': no x for nil:NilClass (NoMethodError)\n\tfrom /a.rb:7:in `<main>'\n" +
    "2026-01-01 10:00:03 ERROR d\nRoom: B\n    at the corner\n2026-01-01 10:00:04 A | b: c\n",
    { body: "a", error_type: "a.X", error_message: "out", line_count: 5 },
    { body: "b", error_stack: "main.f\n\t/a/b.go:13" },
    { body: "c", error_type: "NoMethodError", error_message: "no x for nil:NilClass" },
    { body: "d\nRoom: B", error_type: null },
    { body: "A | b: c", severity_number: null },
  ],
  [
    "java.util.logging in other languages",
    "Mai 01, 2026 10:00:00 AM a.b.C start\nSCHWERWIEGEND: boom\n01.05.2026 10:00:01 a.b.C start\nWARNUNG: w\nmai 02, 2026 10:00:00 PM a.b.C start\nAVERTISSEMENT: x\nmay 03, 2026 10:00:00 AM a.b.C start\nGRAVE: y\nmay 03, 2026 10:00:00 AM a.b.C start\nHINWEIS: z\n",
    {
      timestamp: "2026-05-01T10:00:00.000000Z",
      severity_number: 17,
      severity_text: "SCHWERWIEGEND",
      logger: "a.b.C.start",
      body: "boom",
    },
    { severity_number: 13, body: "w", line_count: 2 },
    { timestamp: "2026-05-02T22:00:00.000000Z", severity_number: 13, body: "x" },
    { timestamp: "2026-05-03T10:00:00.000000Z", severity_number: 17, body: "y" },
    { severity_number: null, line_count: 2 },
  ],
  [
    "WebLogic's server log",
    "####<May 1, 2026 9:14:20 PM UTC> <Error> <HTTP> <h1> <ms1> <[STUCK] 'x'> <<WLS Kernel>> <> <> <1795122245123> <BEA-101017> <Root cause.\njava.lang.RuntimeException: a>\n\tat a.B.c(B.java:1)\n####<May 1, 2026 9:14:21 PM UTC> <Info> <HTTP> <h1> <ms1> <main> <alice> <> <c1> <1795122245123> <[severity-value: 64] > <BEA-1> <up>\n",
    {
      timestamp: "2026-05-01T21:14:20.000000Z",
      severity_number: 17,
      logger: "HTTP",
      host_name: "h1",
      thread_name: "[STUCK] 'x'",
      user_name: "WLS Kernel",
      line_count: 3,
    },
    { severity_number: 9, user_name: "alice", body: "up", thread_name: "main" },
  ],
  [
    "npm's debug log",
    "0 verbose cli /usr/bin/node\n1 info using npm@10.2.4\n2 silly logfile\n3 error code ENOENT\n",
    { severity_number: 5, body: "cli /usr/bin/node", attributes: { number: "0" } },
    { severity_number: 9 },
    { severity_number: 1, body: "logfile" },
    { severity_number: 17, body: "code ENOENT", timestamp: null },
  ],
];

/** How many the sample has decides nothing here: one or two lines of each are enough. */
Deno.test("normalizeLog() reads each of these kinds, and invents nothing", async () => {
  for (const [title, text, ...want] of KINDS) {
    const { rows } = await normalize(text, { mtimeMs: Date.UTC(2026, 7, 1) });
    const found = want.map((row, i) =>
      Object.fromEntries(Object.keys(row).map((name) => [name, rows[i]?.[name] ?? null]))
    );
    assertEquals([title, rows.length, found], [title, want.length, want]);
  }
});

Deno.test("normalizeLog() rejects a line that packs several log records, and says so", async () => {
  for (const key of ["Records", "records"]) {
    const { rows, rejects } = await normalize(
      `{"${key}":[{"eventTime":"2026-01-01T00:00:00Z"},{"a":1}]}\n`,
    );
    assertEquals(rows, []);
    assertEquals(
      rejects.map(({ code, message }) => [code, message]),
      [[
        "line-malformed",
        "one line holds 2 log records, expected one: write each on its own line",
      ]],
    );
  }
});

Deno.test("normalizeLog() gives back every line of an object that never ends", async () => {
  const { summary, rejects } = await normalize(`{\n${'  "a": [\n'.repeat(30)}x\n{\n  "b": 1\n`);
  assertEquals([summary.lines, rejects.length], [34, 34]);
});
